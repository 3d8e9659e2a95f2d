import { parseAmount } from '../../protocol/index.js';
import type { TopUpRequest, TopUpResponse } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import type { StaffIdentity } from '../auth/index.js';
import { openCashDesk, openWallet, readAccount } from './accounts.js';
import { mealTimeOf } from './books.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';
import { announceTransfers, readTransfer } from './transfers.js';

/** Cash over the counter. Errors: `person_unknown`, `amount_*`, `command_conflict`. */
export async function topUp(
  needs: PaymentNeeds,
  personId: string,
  { requestId, amount }: TopUpRequest,
  staff: StaffIdentity,
): Promise<TopUpResponse> {
  const { db, clock, audit, config, ledger } = needs;
  const amount_minor = parseAmount(amount);
  const { currency } = config;
  const now = clock.now();
  const businessDay = mealTimeOf({ timeZone: config.timeZone, periods: [] }, now).mealDate;
  const { result: transferId, repeated } = await db.transaction().execute(trx =>
    ledger.once<string>(trx, {
      id: `top-up:${requestId}`,
      body: { personId, amount_minor, currency },
      run: async () => {
        const person = await trx
          .selectFrom('person')
          .select('id')
          .where('id', '=', personId)
          .executeTakeFirst();
        if (!person) throw canteenErrors.person_unknown();
        const wallet = await openWallet(trx, { ledger, currency }, personId);
        const desk = await openCashDesk(trx, { ledger, currency });
        const outcome = await ledger.execute(
          trx,
          {
            kind: 'post',
            sources: [desk.id],
            creditAccountId: wallet.id,
            amount_minor,
            currency,
            fact: false,
          },
          { kind: 'top-up', occurredAt: now.toISOString(), personId, businessDay },
        );
        if (outcome.kind === 'rejected') throw canteenErrors.posting_refused({ reason: outcome.reason });
        const [posted] = outcome.transferIds;
        if (posted === undefined) throw new Error('a top-up has no transfer');
        await audit.record(trx, auditedBy(staff), {
          action: 'top-up',
          subjectKind: 'person',
          subjectId: personId,
          detail: { amount_minor, transferId: posted },
        });
        return posted;
      },
    }),
  );
  if (!repeated) announceTransfers(needs, [transferId]);
  return {
    transfer: await readTransfer(db, transferId),
    account: await readAccount(db, personId, currency),
  };
}
