import { parseAmount } from '../../protocol/index.js';
import type { Subsidy, SubsidyRequest } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import type { StaffIdentity } from '../auth/index.js';
import type { Db, Trx } from '../db/index.js';
import type { TransferContext } from '../ledger/index.js';
import { lockPurse, openSubsidyFund, openWallet, type Purse, subsidyKey } from './accounts.js';
import { mealTimeOf } from './books.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';
import type { SubsidyGrantRow } from './tables.js';
import { announceTransfers } from './transfers.js';

/** Accounts of the subsidies that may pay for a meal, the one that ends first first. */
export async function usableSubsidies(
  trx: Trx,
  { subsidies }: Purse,
  { at, mealPeriod }: { at: Date; mealPeriod?: string | undefined },
): Promise<string[]> {
  const filled = subsidies.filter(row => row.balance_minor > 0).map(row => row.id);
  if (filled.length === 0) return [];
  const rows = await trx
    .selectFrom('subsidy_grant')
    .select(['account_id', 'periods'])
    .where('account_id', 'in', filled)
    .where('state', '=', 'open')
    .where('valid_from', '<=', at.toISOString())
    .where('expires_at', '>', at.toISOString())
    .orderBy('expires_at')
    .orderBy('id')
    .execute();
  return rows
    .filter(({ periods }) => {
      if (periods === null) return true;
      return mealPeriod !== undefined && (JSON.parse(periods) as string[]).includes(mealPeriod);
    })
    .map(row => row.account_id);
}

/**
 * What is left of a subsidy goes back this long after its end: a meal eaten before the end may still be on its way from a till
 * that is out of reach.
 */
const grace_ms = 72 * 3_600_000;
const sweepBatch = 200;

/** Money from the campus with an end, each grant on an account of its own. */
export function createSubsidies(needs: PaymentNeeds) {
  const { db, clock, newId, audit, config, ledger } = needs;
  const accounts = { ledger, currency: config.currency };

  const contextOf = (kind: 'subsidy' | 'expiry', personId: string): TransferContext => {
    const now = clock.now();
    const { mealDate } = mealTimeOf({ timeZone: config.timeZone, periods: [] }, now);
    return { kind, occurredAt: now.toISOString(), personId, businessDay: mealDate };
  };

  const grant = async (trx: Trx, personId: string, asked: SubsidyRequest, amount_minor: number) => {
    const person = await trx.selectFrom('person').select('id').where('id', '=', personId).executeTakeFirst();
    if (!person) throw canteenErrors.person_unknown();
    const now = clock.now();
    const validFrom = new Date(asked.validFrom ?? now);
    const expiresAt = new Date(asked.expiresAt);
    if (expiresAt <= validFrom || expiresAt <= now) throw canteenErrors.ends_before_it_begins();
    // Its wallet pays what the subsidy does not.
    await openWallet(trx, accounts, personId);
    const id = newId();
    const { currency } = config;
    const account = await ledger.account(trx, { key: subsidyKey(id), currency, floor_minor: 0, personId });
    const fund = await openSubsidyFund(trx, accounts);
    const outcome = await ledger.execute(
      trx,
      {
        kind: 'post',
        sources: [fund.id],
        creditAccountId: account.id,
        amount_minor,
        currency,
        fact: false,
      },
      contextOf('subsidy', personId),
    );
    if (outcome.kind === 'rejected') throw canteenErrors.posting_refused({ reason: outcome.reason });
    await trx
      .insertInto('subsidy_grant')
      .values({
        id,
        person_id: personId,
        account_id: account.id,
        amount_minor,
        valid_from: validFrom.toISOString(),
        expires_at: expiresAt.toISOString(),
        periods: asked.periods ? JSON.stringify(asked.periods) : null,
        state: 'open',
        reason: asked.reason.trim(),
        created_at: now.toISOString(),
      })
      .execute();
    return { grantId: id, transferIds: outcome.transferIds };
  };

  /** Gives back what is left, and marks the grant; one that is held in part waits for the next sweep. */
  const end = async (trx: Trx, grantRow: SubsidyGrantRow): Promise<readonly string[]> => {
    await lockPurse(trx, grantRow.person_id);
    const fund = await openSubsidyFund(trx, accounts);
    const left = await trx
      .selectFrom('account')
      .select(['balance_minor', 'held_minor'])
      .where('id', '=', grantRow.account_id)
      .executeTakeFirstOrThrow();
    let posted: readonly string[] = [];
    if (left.balance_minor > 0) {
      const outcome = await ledger.execute(
        trx,
        {
          kind: 'post',
          sources: [grantRow.account_id],
          creditAccountId: fund.id,
          amount_minor: left.balance_minor,
          currency: config.currency,
          fact: false,
        },
        contextOf('expiry', grantRow.person_id),
      );
      // Spent or held by somebody at this moment: the next sweep sees what is left then.
      if (outcome.kind === 'rejected') return [];
      posted = outcome.transferIds;
    }
    await trx.updateTable('subsidy_grant').set({ state: 'ended' }).where('id', '=', grantRow.id).execute();
    return posted;
  };

  const grantOnce = (trx: Trx, personId: string, asked: SubsidyRequest, staff: StaffIdentity) => {
    const amount_minor = parseAmount(asked.amount);
    const { requestId, amount: _, ...terms } = asked;
    return ledger.once(trx, {
      id: `subsidy:${requestId}`,
      body: { ...terms, personId, amount_minor },
      run: async () => {
        const granted = await grant(trx, personId, asked, amount_minor);
        await audit.record(trx, auditedBy(staff), {
          action: 'grant-subsidy',
          subjectKind: 'person',
          subjectId: personId,
          detail: { amount_minor, expiresAt: asked.expiresAt },
        });
        return granted;
      },
    });
  };

  return {
    /** Within a transaction; consoles are not told. Errors: those of `grant`. */
    grantOnce,

    /** Errors: `person_unknown`, `ends_before_it_begins`, `amount_*`, `command_conflict`. */
    async grant(personId: string, asked: SubsidyRequest, staff: StaffIdentity): Promise<Subsidy> {
      const { result, repeated } = await db
        .transaction()
        .execute(trx => grantOnce(trx, personId, asked, staff));
      if (!repeated) announceTransfers(needs, result.transferIds);
      const [subsidy] = await readSubsidies(db, { grantId: result.grantId });
      if (!subsidy) throw new Error('a subsidy was not kept');
      return subsidy;
    },

    list: (personId: string): Promise<Subsidy[]> => readSubsidies(db, { personId }),

    /** Ends the subsidies that are over; gives how many. Several centrals may do so at once. */
    async sweep(): Promise<number> {
      const over = new Date(clock.now().getTime() - grace_ms).toISOString();
      const rows = await db
        .selectFrom('subsidy_grant')
        .selectAll()
        .where('state', '=', 'open')
        .where('expires_at', '<=', over)
        .orderBy('expires_at')
        .limit(sweepBatch)
        .execute();
      for (const row of rows) {
        announceTransfers(needs, await db.transaction().execute(trx => end(trx, row)));
      }
      return rows.length;
    },
  };
}

export const selectSubsidies = (db: Db) =>
  db
    .selectFrom('subsidy_grant')
    .innerJoin('account', 'account.id', 'subsidy_grant.account_id')
    .selectAll('subsidy_grant')
    .select(['account.balance_minor', 'account.currency']);

async function readSubsidies(db: Db, of: { personId?: string; grantId?: string }): Promise<Subsidy[]> {
  let query = selectSubsidies(db).orderBy('subsidy_grant.expires_at').orderBy('subsidy_grant.id');
  if (of.personId !== undefined) query = query.where('subsidy_grant.person_id', '=', of.personId);
  if (of.grantId !== undefined) query = query.where('subsidy_grant.id', '=', of.grantId);
  return (await query.execute()).map(toSubsidy);
}

export function toSubsidy(row: SubsidyGrantRow & { balance_minor: number }): Subsidy {
  return {
    id: row.id,
    personId: row.person_id,
    amount_minor: row.amount_minor,
    balance_minor: row.balance_minor,
    validFrom: row.valid_from,
    expiresAt: row.expires_at,
    ...(row.periods === null ? {} : { periods: JSON.parse(row.periods) as string[] }),
    state: row.state,
    reason: row.reason,
  };
}
