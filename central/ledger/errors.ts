import { defineErrors } from '../../protocol/index.js';

export const ledgerErrors = defineErrors({
  command_conflict: {
    status: 409,
    en: 'The id {id} was used before for something else',
    zh: '编号 {id} 已用于其他操作',
  },
  ledger_broken: {
    status: 500,
    en: 'The ledger does not verify: {problem}',
    zh: '账本校验失败：{problem}',
  },
});
