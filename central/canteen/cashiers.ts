import { Type } from 'typebox';
import { Id, isUsablePin, makePinVerifier, mostCashiers, Page, pinLength } from '../../protocol/index.js';
import { Cashier, CashierAdd, CashierPin } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, type StaffIdentity, staffOf } from '../auth/index.js';
import type { CashierRow, Trx } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import { lockId } from '../ledger/index.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';

const tags = ['canteen'];

/** Who may open a shift at the tills of a canteen. A canteen without any lets whoever gives a name. */
export function addCashierRoutes(app: CentralApp, needs: PaymentNeeds): void {
  const onRequest = allow('canteen');
  const params = Type.Object({ id: Id });
  app.get('/cashiers', { onRequest, schema: { tags, response: { 200: Page(Cashier) } } }, async () => {
    const rows = await needs.db
      .selectFrom('cashier')
      .selectAll()
      .orderBy('canteen')
      .orderBy('name')
      .execute();
    return { items: rows.map(toCashier) };
  });
  app.post(
    '/cashiers',
    { onRequest, schema: { tags, body: CashierAdd, response: { 201: Cashier } } },
    async (request, reply) => reply.status(201).send(await addCashier(needs, request.body, staffOf(request))),
  );
  app.put(
    '/cashiers/:id/pin',
    { onRequest, schema: { tags, params, body: CashierPin, response: { 200: Cashier } } },
    request => setPin(needs, request.params.id, request.body.pin, staffOf(request)),
  );
  app.delete('/cashiers/:id', { onRequest, schema: { tags, params, response: { 200: Cashier } } }, request =>
    removeCashier(needs, request.params.id, staffOf(request)),
  );
}

const toCashier = ({ id, canteen, name, added_at }: CashierRow): Cashier => ({
  ...{ id, canteen, name, addedAt: added_at },
});

async function verifierOf(pin: string): Promise<string> {
  if (!isUsablePin(pin)) throw canteenErrors.cashier_pin_too_simple({ length: pinLength });
  return JSON.stringify(await makePinVerifier(pin));
}

/** Changes one of the cashiers with its record, and tells the tills. */
async function change(
  { db, audit, gallery }: PaymentNeeds,
  action: string,
  staff: StaffIdentity,
  work: (trx: Trx) => Promise<CashierRow>,
): Promise<Cashier> {
  const row = await db.transaction().execute(async trx => {
    const changed = await work(trx);
    const { id, name, canteen } = changed;
    await audit.record(trx, auditedBy(staff), {
      ...{ action, subjectKind: 'cashier', subjectId: id, detail: { name, canteen } },
    });
    return changed;
  });
  gallery.wake();
  return toCashier(row);
}

/** Errors: `cashier_pin_too_simple`, `canteen_without_till`, `cashier_exists`, `too_many_cashiers`. */
async function addCashier(needs: PaymentNeeds, asked: CashierAdd, staff: StaffIdentity): Promise<Cashier> {
  const name = asked.name.normalize('NFKC').trim();
  const { canteen } = asked;
  const pin = await verifierOf(asked.pin);
  return change(needs, 'add-cashier', staff, async trx => {
    await lockId(trx, `cashiers:${canteen}`);
    const till = await trx
      .selectFrom('till')
      .select('id')
      .where('canteen', '=', canteen)
      .limit(1)
      .executeTakeFirst();
    if (!till) throw canteenErrors.canteen_without_till({ canteen });
    const known = await trx.selectFrom('cashier').select('name').where('canteen', '=', canteen).execute();
    if (known.some(row => row.name === name)) throw canteenErrors.cashier_exists({ name });
    if (known.length >= mostCashiers) throw canteenErrors.too_many_cashiers({ most: mostCashiers });
    const row = { id: needs.newId(), canteen, name, pin, added_at: needs.clock.now().toISOString() };
    await trx.insertInto('cashier').values(row).execute();
    return row;
  });
}

/** Errors: `cashier_pin_too_simple`, `cashier_unknown`. */
async function setPin(
  needs: PaymentNeeds,
  id: string,
  typed: string,
  staff: StaffIdentity,
): Promise<Cashier> {
  const pin = await verifierOf(typed);
  return change(needs, 'set-cashier-pin', staff, async trx => {
    const row = await trx
      .updateTable('cashier')
      .set({ pin })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw canteenErrors.cashier_unknown();
    return row;
  });
}

/** An open shift of theirs stays open until somebody closes it. Errors: `cashier_unknown`. */
const removeCashier = (needs: PaymentNeeds, id: string, staff: StaffIdentity): Promise<Cashier> =>
  change(needs, 'remove-cashier', staff, async trx => {
    const row = await trx.deleteFrom('cashier').where('id', '=', id).returningAll().executeTakeFirst();
    if (!row) throw canteenErrors.cashier_unknown();
    return row;
  });
