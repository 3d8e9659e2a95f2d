import type { EnrolmentResult } from '../../protocol/staff/index.js';
import type { Vision } from '../../vision/index.js';
import type { Actor, Audit } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { CentralConfig } from '../config.js';
import type { Db } from '../db/index.js';
import type { Gallery, Vault } from '../gallery/index.js';
import { findPersonRow, lockPerson } from '../people/index.js';
import { duplicateThreshold, findMostAlike } from './duplicates.js';
import { enrolmentErrors } from './errors.js';
import { type EnrollableFace, selectFace } from './face.js';

export interface EnrolmentNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  readonly gallery: Gallery;
  readonly vault: Vault;
  readonly vision: Vision;
  readonly config: Pick<CentralConfig, 'maxTemplatesPerPerson' | 'duplicateScore' | 'door'>;
}

export interface EnrolmentRequest {
  readonly personId: string;
  /** An encoded picture; it is not kept. */
  readonly photo: Uint8Array;
  readonly allowDuplicate: boolean;
}

export interface Enrolment {
  /**
   * Makes a template of a photo. Errors: `person_not_found`, `no_consent`, `too_many_templates`, `no_face`, `several_faces`,
   * `poor_quality`, `duplicate_face`, and those of vision (`unreadable_image`, `image_too_large`, …).
   */
  enrol(request: EnrolmentRequest, actor: Actor): Promise<EnrolmentResult>;
}

export function createEnrolment(needs: EnrolmentNeeds): Enrolment {
  const { db, clock, newId, audit, gallery, vault, vision, config } = needs;

  async function refuseDuplicate(personId: string, face: EnrollableFace): Promise<void> {
    const probe = { embedding: face.embedding, packId: vision.packId, personId };
    const { best, persons } = await findMostAlike({ db, vault }, probe);
    if (!best) return;
    const threshold = duplicateThreshold({
      calibration: vision.calibration,
      persons,
      doorFpir: config.door.fpir,
      configured: config.duplicateScore,
    });
    if (best.score < threshold) return;
    throw enrolmentErrors.duplicate_face({ ...best, score: Math.round(best.score * 1000) / 1000 });
  }

  return {
    enrol: async ({ personId, photo, allowDuplicate }, actor) => {
      const limit = config.maxTemplatesPerPerson;
      await requireRoom(db, { personId, packId: vision.packId, limit });
      const analysis = await vision.analyse({ bytes: photo }, { liveness: false, mirror: true, maxFaces: 3 });
      const face = selectFace(analysis);
      if (!allowDuplicate) await refuseDuplicate(personId, face);
      const { grade, score, reasons } = face.quality;
      const template = {
        id: newId(),
        packId: vision.packId,
        quality: score,
        enrolledAt: clock.now().toISOString(),
        enrolledBy: actor.username,
      };
      const identity = { personId, templateId: template.id, packId: template.packId };
      await gallery.change(async (trx, touch) => {
        // Once more, now that nobody can change it before the commit: consent may have been withdrawn meanwhile.
        await lockPerson(trx, personId);
        await requireRoom(trx, { personId, packId: vision.packId, limit });
        await trx
          .insertInto('template')
          .values({
            id: template.id,
            person_id: personId,
            pack_id: template.packId,
            sealed: vault.seal(identity, face.embedding),
            quality: template.quality,
            enrolled_at: template.enrolledAt,
            enrolled_by: template.enrolledBy,
          })
          .execute();
        await audit.record(trx, actor, {
          action: 'enrol',
          subjectKind: 'person',
          subjectId: personId,
          detail: { templateId: template.id, packId: template.packId, grade, allowDuplicate },
        });
        touch(personId);
      });
      return { template, verdict: { grade, score, reasons: [...reasons] } };
    },
  };
}

async function requireRoom(
  db: Db,
  { personId, packId, limit }: { personId: string; packId: string; limit: number },
): Promise<void> {
  await findPersonRow(db, personId);
  const consent = await db
    .selectFrom('consent')
    .select('purpose')
    .where('person_id', '=', personId)
    .where('purpose', 'in', ['door', 'payment'])
    .where('granted', '=', 1)
    .executeTakeFirst();
  if (!consent) throw enrolmentErrors.no_consent();
  const templates = await db
    .selectFrom('template')
    .select('id')
    .where('person_id', '=', personId)
    .where('pack_id', '=', packId)
    .execute();
  if (templates.length >= limit) throw enrolmentErrors.too_many_templates({ limit });
}
