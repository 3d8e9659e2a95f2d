import type { CreateLedger } from '../devices/index.js';
import { createLedgerStore, sweepHolds } from '../ledger/index.js';
import { addBookRoutes } from './book-routes.js';
import { addCashierRoutes } from './cashiers.js';
import { createDays } from './days.js';
import { addHoldRoutes } from './holds.js';
import { createMealSink } from './meals.js';
import { addRefundRoutes, addShiftRoutes, addSubsidyRoutes } from './money-routes.js';
import { addTopUpCallbacks, addTopUpOrderRoutes, createOnlineTopUps } from './online/index.js';
import { forgetCodes } from './payments.js';
import { addCanteenDeviceRoutes, addCanteenStaffRoutes } from './routes.js';
import { createSubsidies } from './subsidies.js';
import { addTillRoutes } from './tills.js';
import { startUpkeep } from './upkeep.js';

export { canteenErrors } from './errors.js';

/** Wallets, payments, meals and tills, on the ledger. */
export const createCanteen: CreateLedger = needs => {
  const ledger = createLedgerStore(needs);
  const all = { ...needs, ledger };
  const subsidies = createSubsidies(all);
  const days = createDays(all);
  const online = createOnlineTopUps(all);
  return {
    mealSink: createMealSink(all),
    tillReported: days.tillReported,
    staffRoutes: app => {
      addCanteenStaffRoutes(app, all);
      addTillRoutes(app, all);
      addCashierRoutes(app, all);
      addRefundRoutes(app, all);
      addShiftRoutes(app, all);
      addSubsidyRoutes(app, all, subsidies);
      addBookRoutes(app, all, days);
      addTopUpOrderRoutes(app, online);
      addHoldRoutes(app, all);
      startUpkeep(app, [
        () => sweepHolds(needs.db, needs.clock.now()),
        () => forgetCodes(needs.db, needs.clock.now()),
        subsidies.sweep,
        days.closeDue,
        online.sweep,
      ]);
    },
    callbackRoutes: app => addTopUpCallbacks(app, online),
    deviceRoutes: app => addCanteenDeviceRoutes(app, all),
    async mealsBetween(from, to) {
      const row = await needs.db
        .selectFrom('transfer')
        .select(eb => [
          eb.fn.count<number>('order_id').distinct().as('count'),
          eb.fn.sum<number | null>('amount_minor').as('total'),
        ])
        .where('kind', '=', 'meal')
        .where('occurred_at', '>=', from.toISOString())
        .where('occurred_at', '<', to.toISOString())
        .executeTakeFirst();
      return { count: Number(row?.count ?? 0), total_minor: Number(row?.total ?? 0) };
    },
  };
};
