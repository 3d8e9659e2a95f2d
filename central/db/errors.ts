import { defineErrors } from '../../protocol/index.js';

export const dbErrors = defineErrors({
  database_unusable: {
    status: 500,
    en: 'The database cannot be used: {problem}',
    zh: '数据库无法使用：{problem}',
  },
  migration_failed: {
    status: 500,
    en: 'The database could not be brought up to date at step {step}: {problem}',
    zh: '数据库升级在步骤 {step} 失败：{problem}',
  },
});
