import { contentHash } from '../../protocol/index.js';
import type { TransferKind } from '../../protocol/staff/index.js';
import type { Clock } from '../clock.js';
import { dialectOf, type Trx } from '../db/index.js';
import { ledgerErrors } from './errors.js';
import {
  type Account,
  type Command,
  decide,
  type Hold,
  type LedgerState,
  type RejectionReason,
  type ReversibleTransfer,
} from './kernel.js';
import type { AccountRow, TransferRow } from './tables.js';

/** What a transfer is about, beside the money. */
export interface TransferContext {
  readonly kind: TransferKind;
  /** When it happened; the ledger's own time is kept beside it. */
  readonly occurredAt: string;
  readonly personId?: string;
  /** Account whose balance is kept with the transfer. */
  readonly shownAccountId?: string;
  readonly tillId?: string;
  readonly orderId?: string;
  readonly mode?: 'online' | 'offline';
  /** Flagged for a reason that the kernel does not know. */
  readonly flagged?: boolean;
}

export type Outcome =
  | {
      readonly kind: 'accepted';
      readonly transferId?: string;
      readonly flagged: boolean;
      readonly balance_minor?: number;
      readonly available_minor?: number;
    }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason; readonly balance_minor?: number };

export interface Execution {
  readonly outcome: Outcome;
  /** The command had been executed before; nothing was done now. */
  readonly repeated: boolean;
}

export interface LedgerStoreNeeds {
  readonly clock: Clock;
  readonly newId: () => string;
}

const hold_ms = 10 * 60_000;

/** Executes commands inside of the caller's transaction. */
export function createLedgerStore({ clock, newId }: LedgerStoreNeeds) {
  const now = (): string => clock.now().toISOString();

  /** The same id with the same command gives the stored outcome. Errors: `command_conflict`. */
  const execute = async (
    trx: Trx,
    id: string,
    command: Command,
    context?: TransferContext,
  ): Promise<Execution> => {
    const { kind, personId, orderId } = context ?? {};
    const body_hash = contentHash({ command, kind, personId, orderId });
    const claimed = await trx
      .insertInto('ledger_command')
      .values({ id, body_hash, outcome: '', at: now() })
      .onConflict(conflict => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (Number(claimed.numInsertedOrUpdatedRows ?? 0) === 0) {
      const known = await trx
        .selectFrom('ledger_command')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (known.body_hash !== body_hash) throw ledgerErrors.command_conflict({ id });
      return { outcome: JSON.parse(known.outcome) as Outcome, repeated: true };
    }
    const outcome = await carryOut(trx, command, context);
    await trx
      .updateTable('ledger_command')
      .set({ outcome: JSON.stringify(outcome) })
      .where('id', '=', id)
      .execute();
    return { outcome, repeated: false };
  };

  const carryOut = async (trx: Trx, command: Command, context?: TransferContext): Promise<Outcome> => {
    const state = await loadState(trx, command, clock.now());
    const decision = decide(state, command);
    const shownId = context?.shownAccountId ?? ('accountId' in command ? command.accountId : undefined);
    const shown = shownId === undefined ? undefined : state.accounts.get(shownId);
    if (decision.kind === 'rejected') {
      return {
        kind: 'rejected',
        reason: decision.reason,
        ...(shown ? { balance_minor: shown.balance_minor } : {}),
      };
    }
    const changed = new Set([...decision.balanceChanges.keys(), ...decision.heldChanges.keys()]);
    for (const accountId of [...changed].sort()) {
      const account = state.accounts.get(accountId);
      if (!account || account.floor_minor === null) continue;
      const balance = decision.balanceChanges.get(accountId) ?? 0;
      const held = decision.heldChanges.get(accountId) ?? 0;
      await trx
        .updateTable('account')
        .set(eb => ({
          balance_minor: eb('balance_minor', '+', balance),
          held_minor: eb('held_minor', '+', held),
        }))
        .where('id', '=', accountId)
        .execute();
    }
    if (decision.hold) await putHold(trx, decision.hold, clock.now());
    const balance_minor = shown && shown.balance_minor + (decision.balanceChanges.get(shown.id) ?? 0);
    const held_minor = shown && shown.held_minor + (decision.heldChanges.get(shown.id) ?? 0);
    const flagged = (decision.transfer?.flagged ?? false) || (context?.flagged ?? false);
    const after = {
      ...(balance_minor === undefined ? {} : { balance_minor }),
      ...(balance_minor === undefined || held_minor === undefined
        ? {}
        : { available_minor: balance_minor - held_minor }),
    };
    if (!decision.transfer) return { kind: 'accepted', flagged, ...after };
    const { reverses, flagged: _, ...money } = decision.transfer;
    const transferId = newId();
    await trx
      .insertInto('transfer')
      .values(transferRow({ transferId, money, reverses, flagged, balance_minor, at: now(), context }))
      .execute();
    return { kind: 'accepted', transferId, flagged, ...after };
  };

  return {
    execute,
    /** The account of that key, opened when it is not there. */
    async account(
      trx: Trx,
      spec: {
        readonly key: string;
        readonly currency: string;
        readonly floor_minor: number | null;
        readonly personId?: string;
      },
    ): Promise<AccountRow> {
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
          created_at: now(),
        })
        .onConflict(conflict => conflict.column('key').doNothing())
        .execute();
      return trx.selectFrom('account').selectAll().where('key', '=', spec.key).executeTakeFirstOrThrow();
    },
  };
}

export type LedgerStore = ReturnType<typeof createLedgerStore>;

/** Loads what the command touches; accounts with a floor are locked, in the order of their ids. */
async function loadState(trx: Trx, command: Command, now: Date): Promise<LedgerState> {
  const holds = new Map<string, Hold>();
  const transfers = new Map<string, ReversibleTransfer>();
  const accountIds: string[] = [];
  if (command.kind === 'post') accountIds.push(command.debitAccountId, command.creditAccountId);
  else if (command.kind === 'hold') accountIds.push(command.accountId);
  else if (command.kind === 'capture') accountIds.push(command.creditAccountId);
  if ('holdId' in command) {
    const hold = await trx.selectFrom('hold').selectAll().where('id', '=', command.holdId).executeTakeFirst();
    if (hold) accountIds.push(hold.account_id);
  }
  if (command.kind === 'reverse') {
    const transfer = await readReversible(trx, command.transferId);
    if (transfer) {
      transfers.set(transfer.id, transfer);
      accountIds.push(transfer.debitAccountId, transfer.creditAccountId);
    }
  }
  await lockAccounts(trx, accountIds);
  await releaseExpired(trx, accountIds, now);
  if ('holdId' in command) {
    // Read again: it may have been resolved while the account's lock was waited for.
    const hold = await trx.selectFrom('hold').selectAll().where('id', '=', command.holdId).executeTakeFirst();
    if (hold)
      holds.set(hold.id, {
        id: hold.id,
        accountId: hold.account_id,
        amount_minor: hold.amount_minor,
        state: hold.state,
      });
  }
  if (command.kind === 'reverse') {
    const again = await readReversible(trx, command.transferId);
    if (again) transfers.set(again.id, again);
  }
  const rows =
    accountIds.length > 0
      ? await trx.selectFrom('account').selectAll().where('id', 'in', accountIds).execute()
      : [];
  const accounts = new Map(rows.map(row => [row.id, toAccount(row)]));
  return { accounts, holds, transfers };
}

async function lockAccounts(trx: Trx, ids: readonly string[]): Promise<void> {
  if (dialectOf(trx) !== 'postgres' || ids.length === 0) return;
  await trx
    .selectFrom('account')
    .select('id')
    .where('id', 'in', [...ids])
    .where('floor_minor', 'is not', null)
    .orderBy('id')
    .forUpdate()
    .execute();
}

async function releaseExpired(trx: Trx, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  const expired = await trx
    .updateTable('hold')
    .set({ state: 'released' })
    .where('account_id', 'in', [...ids])
    .where('state', '=', 'standing')
    .where('expires_at', '<=', now.toISOString())
    .returning(['account_id', 'amount_minor'])
    .execute();
  for (const { account_id, amount_minor } of expired) {
    await trx
      .updateTable('account')
      .set(eb => ({ held_minor: eb('held_minor', '-', amount_minor) }))
      .where('id', '=', account_id)
      .execute();
  }
}

async function readReversible(trx: Trx, id: string): Promise<ReversibleTransfer | undefined> {
  const row = await trx.selectFrom('transfer').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const reversed = await trx
    .selectFrom('transfer')
    .select(eb => eb.fn.sum<number | null>('amount_minor').as('sum'))
    .where('reverses', '=', id)
    .executeTakeFirst();
  return {
    id: row.id,
    debitAccountId: row.debit_account_id,
    creditAccountId: row.credit_account_id,
    amount_minor: row.amount_minor,
    currency: row.currency,
    reversed_minor: Number(reversed?.sum ?? 0),
  };
}

async function putHold(trx: Trx, hold: Hold, now: Date): Promise<void> {
  await trx
    .insertInto('hold')
    .values({
      id: hold.id,
      account_id: hold.accountId,
      amount_minor: hold.amount_minor,
      state: hold.state,
      created_at: now.toISOString(),
      expires_at: new Date(now.getTime() + hold_ms).toISOString(),
    })
    .onConflict(conflict => conflict.column('id').doUpdateSet({ state: hold.state }))
    .execute();
}

function transferRow(options: {
  readonly transferId: string;
  readonly money: { debitAccountId: string; creditAccountId: string; amount_minor: number; currency: string };
  readonly reverses: string | undefined;
  readonly flagged: boolean;
  readonly balance_minor: number | undefined;
  readonly at: string;
  readonly context: TransferContext | undefined;
}): TransferRow {
  const { transferId, money, reverses, flagged, balance_minor, at, context } = options;
  return {
    id: transferId,
    kind: context?.kind ?? 'refund',
    at,
    occurred_at: context?.occurredAt ?? at,
    amount_minor: money.amount_minor,
    currency: money.currency,
    debit_account_id: money.debitAccountId,
    credit_account_id: money.creditAccountId,
    person_id: context?.personId ?? null,
    balance_after_minor: balance_minor ?? null,
    till_id: context?.tillId ?? null,
    order_id: context?.orderId ?? null,
    mode: context?.mode ?? null,
    flagged: flagged ? 1 : 0,
    reverses: reverses ?? null,
  };
}

function toAccount(row: AccountRow): Account {
  const { id, currency, balance_minor, held_minor, floor_minor } = row;
  return { id, currency, balance_minor, held_minor, floor_minor };
}
