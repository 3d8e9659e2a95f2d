import { defineErrors } from '../../protocol/index.js';

export const consentErrors = defineErrors({
  guardian_required: {
    status: 409,
    en: 'Under 14 a guardian must give consent',
    zh: '未满 14 周岁须由监护人同意',
  },
});
