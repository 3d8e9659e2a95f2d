import { contentHash, type PorterError } from '../../protocol/index.js';
import type { FlagReason, TransferKind } from '../../protocol/staff/index.js';
import type { Clock } from '../clock.js';
import type { Trx } from '../db/index.js';
import { ledgerErrors } from './errors.js';
import { type Acceptance, type Account, type Command, decide, type RejectionReason } from './kernel.js';
import { holdUntil, loadState, lockId, resolveHold } from './state.js';
import type { AccountRow, TransferRow } from './tables.js';

/** What a command's transfers are about, beside the money. */
export interface TransferContext {
  readonly kind: TransferKind;
  /** When it happened; the ledger's own time is kept beside it. */
  readonly occurredAt: string;
  readonly personId?: string;
  readonly tillId?: string;
  readonly orderId?: string;
  readonly mode?: 'online' | 'offline';
  /** Why somebody should look at it; the kernel's own reason goes before. */
  readonly flag?: FlagReason;
  readonly canteen?: string;
  readonly mealDate?: string;
  readonly mealPeriod?: string;
  readonly businessDay?: string;
  readonly stall?: string;
}

export interface AccountState {
  readonly balance_minor: number;
  /** The balance less the holds. */
  readonly unheld_minor: number;
}

export type Outcome =
  | {
      readonly kind: 'accepted';
      readonly transferIds: readonly string[];
      readonly flag?: FlagReason;
      /** The accounts with a floor that were looked at, as they are now. */
      readonly accounts: Readonly<Record<string, AccountState>>;
    }
  | {
      readonly kind: 'rejected';
      readonly reason: RejectionReason;
      readonly accounts: Readonly<Record<string, AccountState>>;
    };

export interface OnceOptions<T> {
  /** Names the request; the second time the stored result is given. */
  readonly id: string;
  /** Requests of one key are taken one after another; the id when absent. */
  readonly key?: string;
  /** What was asked: must be the same when the id is. */
  readonly body: object;
  readonly run: () => Promise<T>;
  readonly conflict?: () => PorterError;
  /** Requests after which this one is refused. */
  readonly notAfter?: { readonly ids: readonly string[]; readonly error: () => PorterError };
}

export interface AccountSpec {
  readonly key: string;
  readonly currency: string;
  readonly floor_minor: number | null;
  readonly personId?: string;
}

export interface LedgerStoreNeeds {
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Executes commands inside of the caller's transaction. */
export function createLedgerStore({ clock, newId }: LedgerStoreNeeds) {
  const store = {
    /**
     * Runs a request at most once. The result, a refusal as well, is kept as JSON beside its effects; an error undoes both.
     * Errors: `command_conflict` (or the caller's) when the id was used for another body, `notAfter`'s.
     */
    async once<T>(trx: Trx, options: OnceOptions<T>): Promise<{ result: T; repeated: boolean }> {
      const { id, key = id, body, run } = options;
      await lockId(trx, key);
      const body_hash = contentHash(body);
      const { notAfter } = options;
      const rows = await trx
        .selectFrom('ledger_command')
        .select(['id', 'body_hash', 'outcome'])
        .where('id', 'in', [id, ...(notAfter?.ids ?? [])])
        .execute();
      const known = rows.find(row => row.id === id);
      if (!known && notAfter && rows.length > 0) throw notAfter.error();
      if (known) {
        if (known.body_hash !== body_hash)
          throw options.conflict?.() ?? ledgerErrors.command_conflict({ id });
        return { result: JSON.parse(known.outcome) as T, repeated: true };
      }
      const result = await run();
      await trx
        .insertInto('ledger_command')
        .values({ id, body_hash, outcome: JSON.stringify(result), at: clock.now().toISOString() })
        .execute();
      return { result, repeated: false };
    },

    /** What was answered to that request; undefined when it has not come. */
    async answerTo<T>(trx: Trx, id: string): Promise<T | undefined> {
      const row = await trx
        .selectFrom('ledger_command')
        .select('outcome')
        .where('id', '=', id)
        .executeTakeFirst();
      return row && (JSON.parse(row.outcome) as T);
    },

    /** Decides and carries out; a rejection changes nothing. */
    async execute(trx: Trx, command: Command, context: TransferContext): Promise<Outcome> {
      const now = clock.now();
      const state = await loadState(trx, command, now);
      const decision = decide(state, command);
      if (decision.kind === 'rejected') {
        return { ...decision, accounts: accountsAfter(state.accounts, new Map(), new Map()) };
      }
      const { balanceChanges, heldChanges, hold } = decision;
      for (const account of state.accounts.values()) {
        const balance = balanceChanges.get(account.id) ?? 0;
        const held = heldChanges.get(account.id) ?? 0;
        if (account.floor_minor === null || (balance === 0 && held === 0)) continue;
        await trx
          .updateTable('account')
          .set(eb => ({
            balance_minor: eb('balance_minor', '+', balance),
            held_minor: eb('held_minor', '+', held),
          }))
          .where('id', '=', account.id)
          .execute();
      }
      if (hold && command.kind === 'hold') await holdUntil(trx, hold, now, context.tillId);
      else if (hold) await resolveHold(trx, hold);
      const flag = decision.belowFloor ? ('below-floor' as const) : context.flag;
      const rows = transferRows(state.accounts, decision, { context, flag, at: now.toISOString(), newId });
      if (rows.length > 0) await trx.insertInto('transfer').values(rows).execute();
      return {
        kind: 'accepted',
        transferIds: rows.map(row => row.id),
        ...(flag ? { flag } : {}),
        accounts: accountsAfter(state.accounts, balanceChanges, heldChanges),
      };
    },

    /** The account of that key, opened when it is not there. */
    async account(trx: Trx, spec: AccountSpec): Promise<AccountRow> {
      const find = () => trx.selectFrom('account').selectAll().where('key', '=', spec.key).executeTakeFirst();
      const known = await find();
      if (known) return known;
      await trx
        .insertInto('account')
        .values({
          id: newId(),
          key: spec.key,
          person_id: spec.personId ?? null,
          currency: spec.currency,
          balance_minor: 0,
          held_minor: 0,
          floor_minor: spec.floor_minor,
          created_at: clock.now().toISOString(),
        })
        .onConflict(conflict => conflict.column('key').doNothing())
        .execute();
      const opened = await find();
      if (!opened) throw new Error(`account ${spec.key} was not opened`);
      return opened;
    },
  };
  return store;
}

export type LedgerStore = ReturnType<typeof createLedgerStore>;

function accountsAfter(
  accounts: ReadonlyMap<string, Account>,
  balanceChanges: ReadonlyMap<string, number>,
  heldChanges: ReadonlyMap<string, number>,
): Record<string, AccountState> {
  const after: Record<string, AccountState> = {};
  for (const account of accounts.values()) {
    if (account.floor_minor === null) continue;
    const balance_minor = account.balance_minor + (balanceChanges.get(account.id) ?? 0);
    const held_minor = account.held_minor + (heldChanges.get(account.id) ?? 0);
    after[account.id] = { balance_minor, unheld_minor: balance_minor - held_minor };
  }
  return after;
}

interface RowNeeds {
  readonly context: TransferContext;
  readonly flag: FlagReason | undefined;
  readonly at: string;
  readonly newId: () => string;
}

function transferRows(
  accounts: ReadonlyMap<string, Account>,
  { transfers }: Acceptance,
  { context, flag, at, newId }: RowNeeds,
): TransferRow[] {
  const balances = new Map(
    [...accounts.values()].filter(one => one.floor_minor !== null).map(one => [one.id, one.balance_minor]),
  );
  const move = (id: string, change_minor: number): number | undefined => {
    const balance_minor = balances.get(id);
    if (balance_minor !== undefined) balances.set(id, balance_minor + change_minor);
    return balances.get(id);
  };
  // In the order of the legs, also where ids of one millisecond are not.
  const ids = transfers.map(() => newId()).sort();
  return transfers.map(({ debitAccountId, creditAccountId, amount_minor, currency, reverses }, index) => {
    const debited_minor = move(debitAccountId, -amount_minor);
    const credited_minor = move(creditAccountId, amount_minor);
    return {
      id: ids[index] ?? newId(),
      kind: context.kind,
      at,
      occurred_at: context.occurredAt,
      amount_minor,
      currency,
      debit_account_id: debitAccountId,
      credit_account_id: creditAccountId,
      person_id: context.personId ?? null,
      balance_after_minor: debited_minor ?? credited_minor ?? null,
      till_id: context.tillId ?? null,
      order_id: context.orderId ?? null,
      mode: context.mode ?? null,
      flag: flag ?? null,
      reverses: reverses ?? null,
      canteen: context.canteen ?? null,
      meal_date: context.mealDate ?? null,
      meal_period: context.mealPeriod ?? null,
      business_day: context.businessDay ?? null,
      stall: context.stall ?? null,
    };
  });
}
