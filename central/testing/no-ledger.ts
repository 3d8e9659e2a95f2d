import { defineErrors } from '../../protocol/index.js';
import type { CreateLedger } from '../devices/index.js';

const errors = defineErrors({
  no_ledger: { status: 501, en: 'This central keeps no ledger', zh: '本中心未启用账本' },
});

/** Stands where the ledger belongs in tests that are not about money: refuses every meal. */
export const createNoLedger: CreateLedger = () => ({
  mealSink: {
    postMeal: async () => {
      throw errors.no_ledger();
    },
  },
  staffRoutes: () => {},
  deviceRoutes: () => {},
  mealsBetween: async () => ({ count: 0, total_minor: 0 }),
});
