import {
  type AccessGrant,
  contentHash,
  type DevicePurpose,
  type GalleryPerson,
  type GalleryTemplate,
  maskName,
  type PinVerifier,
} from '../../protocol/index.js';
import type { AccessRuleRow, CardRow, PersonRow, PhoneRow, TemplateRow } from '../db/index.js';

export type TemplateWithoutVector = Omit<GalleryTemplate, 'vector'>;

/** A GalleryPerson as it is kept: the vectors stay sealed in their own table. */
export type GalleryBody = Omit<GalleryPerson, 'templates'> & { templates: TemplateWithoutVector[] };

export interface PaymentPolicy {
  readonly perMealLimit_minor: number;
  readonly perDayLimit_minor: number;
}

export interface PersonFacts {
  readonly person: PersonRow;
  readonly consents: ReadonlySet<string>;
  readonly templates: readonly Omit<TemplateRow, 'sealed'>[];
  readonly cards: readonly CardRow[];
  readonly phones: readonly PhoneRow[];
}

const maxTemplates = 10;
const maxGrants = 200;

/** What the devices of a purpose are to know of a person; `undefined`: nothing at all. */
export function bodyFor(
  purpose: DevicePurpose,
  facts: PersonFacts,
  context: { rules: readonly AccessRuleRow[]; payment: PaymentPolicy },
): GalleryBody | undefined {
  const { person } = facts;
  // Without consent no template leaves; whoever has another way to pay is known to tills without a face.
  const templates = facts.consents.has(purpose) ? facts.templates : [];
  if (templates.length === 0 && (purpose === 'door' || !hasOtherWay(facts))) return undefined;
  return {
    personId: person.id,
    studentNumber: person.student_number,
    displayName: maskName(person.name),
    status: person.status,
    ...(person.valid_until === null ? {} : { validUntil: person.valid_until }),
    templates: newest(templates).map(row => ({
      templateId: row.id,
      packId: row.pack_id,
      quality: row.quality,
    })),
    ...(purpose === 'door'
      ? { access: grantsOf(person, context.rules) }
      : {
          payment: {
            offlineAllowed: person.status === 'active',
            ...context.payment,
            ...waysOf(facts),
          },
        }),
  };
}

const hasOtherWay = ({ person, cards, phones }: PersonFacts): boolean =>
  person.pin !== null || cards.length > 0 || phones.length > 0;

/** The ways to pay besides the face. */
function waysOf({ person, cards, phones }: PersonFacts) {
  return {
    ...(person.pin === null ? {} : { pin: JSON.parse(person.pin) as PinVerifier }),
    ...(cards.length === 0 ? {} : { cards: cards.map(card => card.number) }),
    ...(phones.length === 0
      ? {}
      : { phones: phones.map(({ id, public_key }) => ({ keyId: id, publicKey: public_key })) }),
  };
}

/** The rules that hold for a person, each as the leave to pass one access point. */
export function grantsOf(
  person: Pick<PersonRow, 'id' | 'building'>,
  rules: readonly AccessRuleRow[],
): AccessGrant[] {
  return rules
    .filter(rule => concerns(rule, person))
    .slice(0, maxGrants)
    .map(rule => ({
      accessPointId: rule.access_point_id,
      windows: JSON.parse(rule.windows) as AccessGrant['windows'],
      ...(rule.valid_from === null ? {} : { validFrom: rule.valid_from }),
      ...(rule.valid_until === null ? {} : { validUntil: rule.valid_until }),
    }));
}

function concerns(rule: AccessRuleRow, person: Pick<PersonRow, 'id' | 'building'>): boolean {
  switch (rule.subject_kind) {
    case 'everyone':
      return true;
    case 'building':
      return rule.building !== null && rule.building === person.building;
    case 'person':
      return rule.person_id === person.id;
  }
}

const newest = <T extends { id: string }>(templates: readonly T[]): T[] =>
  [...templates].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-maxTemplates);

/** Completes a kept body. `vectorOf` gives the base64 vector of a template id. */
export function personOf(body: GalleryBody, vectorOf: (templateId: string) => string): GalleryPerson {
  return {
    ...body,
    templates: body.templates.map(template => ({ ...template, vector: vectorOf(template.templateId) })),
  };
}

export const hashOf = (person: GalleryPerson): string => contentHash(person);
