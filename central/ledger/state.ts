import { sql } from 'kysely';
import { type Db, dialectOf, type Trx } from '../db/index.js';
import type { Account, Command, Hold, HoldLeg, LedgerState, ReversibleTransfer } from './kernel.js';
import type { AccountRow } from './tables.js';

/** A hold that nobody captured or released is given back after this. */
export const hold_ms = 10 * 60_000;

/** Keeps others out who lock the same id, until the transaction ends. SQLite has one writer at a time anyway. */
export async function lockId(trx: Trx, id: string): Promise<void> {
  if (dialectOf(trx) !== 'postgres') return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`.execute(trx);
}

/** Like `lockId`, but shared with all who ask the same; kept out by whoever locks the id alone. */
export async function shareId(trx: Trx, id: string): Promise<void> {
  if (dialectOf(trx) !== 'postgres') return;
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${id}, 0))`.execute(trx);
}

/**
 * Loads what the command names. The accounts with a floor are locked in the order of their ids, and nothing that depends on
 * them is read before; accounts without a floor are never locked, so that a canteen's revenue holds up nobody.
 */
export async function loadState(trx: Trx, command: Command, now: Date): Promise<LedgerState> {
  const named = await namedBy(trx, command);
  let rows = await lockAccounts(trx, named.accountIds);
  // Only what is spent asks what else is held; an expired hold that nobody gave back yet can still be captured.
  const spent = rows.filter(row => 'sources' in command && command.sources.includes(row.id));
  const expired = await findExpired(trx, spent, now);
  if (expired.length > 0) {
    // A hold may lie on several accounts of a person: all of them are locked before it is given back. Whoever spends from
    // several locks the whole purse first, so that this cannot end in two who wait for each other.
    const legs = await trx
      .selectFrom('standing_hold')
      .select('account_id')
      .where('hold_id', 'in', expired)
      .execute();
    const all = [...new Set([...named.accountIds, ...legs.map(leg => leg.account_id)])];
    await lockAccounts(trx, all);
    for (const holdId of expired) await giveBack(trx, holdId);
    rows = await lockAccounts(trx, named.accountIds);
  }
  return {
    accounts: new Map(rows.map(row => [row.id, toAccount(row)])),
    // Read after the lock: they may have been resolved while it was waited for.
    holds: 'holdId' in command ? await readHold(trx, command.holdId) : new Map(),
    transfers: command.kind === 'reverse' ? await readReversible(trx, command.transferIds) : new Map(),
  };
}

async function namedBy(trx: Trx, command: Command): Promise<{ accountIds: string[] }> {
  switch (command.kind) {
    case 'post':
      return { accountIds: [...command.sources, command.creditAccountId] };
    case 'hold':
      return { accountIds: [...command.sources] };
    case 'capture':
    case 'release': {
      const legs = [...(await readHold(trx, command.holdId)).values()].flatMap(hold => hold.legs);
      const credit = command.kind === 'capture' ? [command.creditAccountId] : [];
      return { accountIds: [...legs.map(leg => leg.accountId), ...credit] };
    }
    case 'reverse': {
      const originals = [...(await readReversible(trx, command.transferIds)).values()];
      return { accountIds: originals.flatMap(one => [one.debitAccountId, one.creditAccountId]) };
    }
  }
}

async function lockAccounts(trx: Trx, ids: readonly string[]): Promise<AccountRow[]> {
  if (ids.length === 0) return [];
  const wanted = [...new Set(ids)];
  if (dialectOf(trx) !== 'postgres') {
    return trx.selectFrom('account').selectAll().where('id', 'in', wanted).orderBy('id').execute();
  }
  return trx
    .with('locked', db =>
      db
        .selectFrom('account')
        .selectAll()
        .where('id', 'in', wanted)
        .where('floor_minor', 'is not', null)
        .orderBy('id')
        .forNoKeyUpdate(),
    )
    .selectFrom('locked')
    .selectAll()
    .unionAll(db =>
      db.selectFrom('account').selectAll().where('id', 'in', wanted).where('floor_minor', 'is', null),
    )
    .execute();
}

async function findExpired(trx: Trx, rows: readonly AccountRow[], now: Date): Promise<string[]> {
  const held = rows.filter(row => row.held_minor > 0).map(row => row.id);
  if (held.length === 0) return [];
  const expired = await trx
    .selectFrom('standing_hold')
    .select('hold_id')
    .distinct()
    .where('account_id', 'in', held)
    .where('expires_at', '<=', now.toISOString())
    .execute();
  return expired.map(row => row.hold_id);
}

/** Releases a hold whose accounts are locked; nothing when it was resolved in between. */
async function giveBack(trx: Trx, holdId: string): Promise<void> {
  const legs = await trx.deleteFrom('standing_hold').where('hold_id', '=', holdId).returningAll().execute();
  for (const { account_id, amount_minor } of legs) {
    await trx
      .updateTable('account')
      .set(eb => ({ held_minor: eb('held_minor', '-', amount_minor) }))
      .where('id', '=', account_id)
      .execute();
  }
  if (legs.length === 0) return;
  await trx.updateTable('hold').set({ state: 'released' }).where('id', '=', holdId).execute();
}

/** How long after its end a hold is given back though nobody asks: a meal that is late still finds it until then. */
const sweepAfter_ms = 60 * 60_000;
const sweepBatch = 200;

/** Gives back the holds that ended an hour ago, each in a transaction of its own; gives how many it looked at. */
export async function sweepHolds(db: Db, now: Date): Promise<number> {
  const over = new Date(now.getTime() - sweepAfter_ms).toISOString();
  const rows = await db
    .selectFrom('standing_hold')
    .select('hold_id')
    .distinct()
    .where('expires_at', '<=', over)
    .limit(sweepBatch)
    .execute();
  for (const { hold_id } of rows) {
    await db.transaction().execute(async trx => {
      const legs = await trx
        .selectFrom('standing_hold')
        .select('account_id')
        .where('hold_id', '=', hold_id)
        .execute();
      await lockAccounts(
        trx,
        legs.map(leg => leg.account_id),
      );
      await giveBack(trx, hold_id);
    });
  }
  return rows.length;
}

async function readHold(trx: Trx, id: string): Promise<Map<string, Hold>> {
  const row = await trx.selectFrom('hold').select(['state', 'legs']).where('id', '=', id).executeTakeFirst();
  if (!row) return new Map();
  return new Map([[id, { id, state: row.state, legs: JSON.parse(row.legs) as HoldLeg[] }]]);
}

/** Locks the transfers that are taken back, so that two reversals never see the same rest. */
async function readReversible(trx: Trx, ids: readonly string[]): Promise<Map<string, ReversibleTransfer>> {
  if (ids.length === 0) return new Map();
  const originals = trx
    .selectFrom('transfer')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('id');
  const rows = await (dialectOf(trx) === 'postgres' ? originals.forNoKeyUpdate() : originals).execute();
  const reversals = await trx
    .selectFrom('transfer')
    .select(['reverses', eb => eb.fn.sum<number>('amount_minor').as('sum')])
    .where('reverses', 'in', [...ids])
    .groupBy('reverses')
    .execute();
  const reversed = new Map(reversals.map(row => [row.reverses, Number(row.sum)]));
  return new Map(
    rows.map(row => [
      row.id,
      {
        id: row.id,
        debitAccountId: row.debit_account_id,
        creditAccountId: row.credit_account_id,
        amount_minor: row.amount_minor,
        currency: row.currency,
        reversed_minor: reversed.get(row.id) ?? 0,
        isReversal: row.reverses !== null,
      },
    ]),
  );
}

/** Writes a new hold down. */
export async function holdUntil(trx: Trx, hold: Hold, now: Date, tillId: string | undefined): Promise<void> {
  const expires_at = new Date(now.getTime() + hold_ms).toISOString();
  await trx
    .insertInto('hold')
    .values({
      id: hold.id,
      legs: JSON.stringify(hold.legs),
      state: hold.state,
      till_id: tillId ?? null,
      created_at: now.toISOString(),
      expires_at,
    })
    .execute();
  const legs = hold.legs.map(leg => ({ account_id: leg.accountId, amount_minor: leg.amount_minor }));
  await trx
    .insertInto('standing_hold')
    .values(legs.map(leg => ({ ...leg, hold_id: hold.id, expires_at })))
    .execute();
}

/** Writes down that a hold was captured or released. */
export async function resolveHold(trx: Trx, hold: Hold): Promise<void> {
  await trx.updateTable('hold').set({ state: hold.state }).where('id', '=', hold.id).execute();
  await trx.deleteFrom('standing_hold').where('hold_id', '=', hold.id).execute();
}

function toAccount({ id, currency, balance_minor, held_minor, floor_minor }: AccountRow): Account {
  return { id, currency, balance_minor, held_minor, floor_minor };
}
