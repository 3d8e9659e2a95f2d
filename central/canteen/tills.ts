import { Type } from 'typebox';
import { Id, Page, type Pricing } from '../../protocol/index.js';
import { Till, TillCreate, TillUpdate } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, allowStaff, type StaffIdentity, staffOf } from '../auth/index.js';
import type { TillRow } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import { present } from '../people/index.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';

const tags = ['canteen'];

/** The tills of the canteens: each of one canteen, and of a stall there where it has stalls. */
export function addTillRoutes(app: CentralApp, needs: PaymentNeeds): void {
  app.get(
    '/tills',
    { onRequest: allowStaff(), schema: { tags, response: { 200: Page(Till) } } },
    async () => {
      const rows = await needs.db.selectFrom('till').selectAll().orderBy('name').execute();
      return { items: rows.map(toTill) };
    },
  );
  app.post(
    '/tills',
    { onRequest: allow('canteen'), schema: { tags, body: TillCreate, response: { 201: Till } } },
    async (request, reply) => reply.status(201).send(await createTill(needs, request.body, staffOf(request))),
  );
  app.patch(
    '/tills/:id',
    {
      onRequest: allow('canteen'),
      schema: { tags, params: Type.Object({ id: Id }), body: TillUpdate, response: { 200: Till } },
    },
    request => updateTill(needs, request.params.id, request.body, staffOf(request)),
  );
}

const toTill = ({ id, name, canteen, stall, per_meal_limit_minor, pricing }: TillRow): Till => ({
  id,
  name,
  canteen,
  ...present('stall', stall),
  perMealLimit_minor: per_meal_limit_minor,
  ...(pricing === null ? {} : { pricing: JSON.parse(pricing) as Pricing }),
});

const stallOf = (typed: string | undefined): string | null => typed?.trim() || null;

/** Ids are what a cart names: two of the same would be sold at one price. Errors: `menu_item_twice`. */
function checkedPricing(pricing: Pricing): Pricing {
  const ids = new Set<string>();
  for (const { id, name } of pricing.menu) {
    if (ids.has(id)) throw canteenErrors.menu_item_twice({ name });
    ids.add(id);
  }
  return pricing;
}

/** Errors: `till_exists`. */
async function createTill(
  { db, clock, newId, audit, config }: PaymentNeeds,
  { name, canteen, stall, perMealLimit_minor = config.payment.perMealLimit_minor }: TillCreate,
  staff: StaffIdentity,
): Promise<Till> {
  return db.transaction().execute(async trx => {
    const taken = await trx.selectFrom('till').select('id').where('name', '=', name).executeTakeFirst();
    if (taken) throw canteenErrors.till_exists({ name });
    const till: TillRow = {
      id: newId(),
      name,
      canteen,
      stall: stallOf(stall),
      per_meal_limit_minor: perMealLimit_minor,
      pricing: null,
      created_at: clock.now().toISOString(),
    };
    await trx.insertInto('till').values(till).execute();
    await audit.record(trx, auditedBy(staff), {
      action: 'create-till',
      subjectKind: 'till',
      subjectId: till.id,
      detail: { name },
    });
    return toTill(till);
  });
}

/** From the next meal on; what was served before stays where it was. Errors: `till_unknown`. */
async function updateTill(
  { db, audit, gallery }: PaymentNeeds,
  id: string,
  { stall, perMealLimit_minor, pricing }: TillUpdate,
  staff: StaffIdentity,
): Promise<Till> {
  const changed = await db.transaction().execute(async trx => {
    const before = await trx.selectFrom('till').selectAll().where('id', '=', id).executeTakeFirst();
    if (!before) throw canteenErrors.till_unknown();
    const values = {
      stall: stall === undefined ? before.stall : stallOf(stall),
      per_meal_limit_minor: perMealLimit_minor ?? before.per_meal_limit_minor,
      pricing: pricing === undefined ? before.pricing : pricing && JSON.stringify(checkedPricing(pricing)),
    };
    await trx.updateTable('till').set(values).where('id', '=', id).execute();
    await audit.record(trx, auditedBy(staff), {
      action: 'change-till',
      subjectKind: 'till',
      subjectId: id,
      detail: values,
    });
    return toTill({ ...before, ...values });
  });
  gallery.wake();
  return changed;
}
