import { parseAmount } from '../../protocol/index.js';
import type { Account } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import type { StaffIdentity } from '../auth/index.js';
import { lockPurse, openWallet, readAccount } from './accounts.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';

/** Sets how far below zero a person's wallet may go; "0" ends it. Errors: `person_unknown`, `amount_*`. */
export async function setOverdraft(
  { db, audit, config, ledger }: PaymentNeeds,
  personId: string,
  amount: string,
  staff: StaffIdentity,
): Promise<Account> {
  const overdraft_minor = /^0+(\.0{0,2})?$/.test(amount.trim()) ? 0 : parseAmount(amount);
  await db.transaction().execute(async trx => {
    const person = await trx.selectFrom('person').select('id').where('id', '=', personId).executeTakeFirst();
    if (!person) throw canteenErrors.person_unknown();
    await lockPurse(trx, personId);
    const { id } = await openWallet(trx, { ledger, currency: config.currency }, personId);
    const floor_minor = overdraft_minor === 0 ? 0 : -overdraft_minor;
    await trx.updateTable('account').set({ floor_minor }).where('id', '=', id).execute();
    await audit.record(trx, auditedBy(staff), {
      action: 'set-overdraft',
      subjectKind: 'person',
      subjectId: personId,
      detail: { overdraft_minor },
    });
  });
  return readAccount(db, personId, config.currency);
}
