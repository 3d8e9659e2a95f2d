import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { Page } from '../../protocol/index.js';
import { Canteen, CanteenDays, CanteenUpdate, DayClose, Settlement } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, allowStaff, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import { type MealPeriod, readCalendar } from './books.js';
import { settlementCsv, transfersCsv } from './csv.js';
import { listDays } from './day-list.js';
import { type createDays, requireCanteen } from './days.js';
import { canteenErrors } from './errors.js';
import type { PaymentNeeds } from './payments.js';
import { readSettlement } from './settlement.js';

const tags = ['canteen'];
const OfCanteen = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) });
const OfDay = Type.Intersect([OfCanteen, Type.Object({ day: Type.String({ format: 'date' }) })]);
const money = allow('canteen', 'finance');

/** Days, meal periods and settlements of the canteens. */
export function addBookRoutes(
  app: CentralApp,
  needs: PaymentNeeds,
  days: ReturnType<typeof createDays>,
): void {
  const { db, config } = needs;
  const settlement = async ({ name, day }: { name: string; day: string }): Promise<Settlement> => {
    await requireCanteen(needs, name);
    return readSettlement(db, { canteen: name, day, currency: config.currency });
  };
  addCanteenRoutes(app, needs);
  app.get(
    '/canteens/:name/days',
    { onRequest: money, schema: { tags, params: OfCanteen, response: { 200: CanteenDays } } },
    async request => {
      await requireCanteen(needs, request.params.name);
      return listDays(needs, request.params.name);
    },
  );
  app.get(
    '/canteens/:name/days/:day',
    { onRequest: money, schema: { tags, params: OfDay, response: { 200: Settlement } } },
    request => settlement(request.params),
  );
  app.get(
    '/canteens/:name/days/:day/settlement.csv',
    { onRequest: money, schema: { tags, params: OfDay } },
    async (request, reply) => {
      const text = settlementCsv(await settlement(request.params));
      return reply.type('text/csv; charset=utf-8').send(text);
    },
  );
  app.get(
    '/canteens/:name/days/:day/transfers.csv',
    { onRequest: money, schema: { tags, params: OfDay } },
    async (request, reply) => {
      const { name, day } = request.params;
      await requireCanteen(needs, name);
      return reply.type('text/csv; charset=utf-8').send(Readable.from(transfersCsv(db, name, day)));
    },
  );
  app.post(
    '/canteens/:name/days/:day/close',
    {
      onRequest: allow('finance'),
      schema: { tags, params: OfDay, body: DayClose, response: { 200: Settlement } },
    },
    request => {
      const { name, day } = request.params;
      return days.close(name, day, { actor: auditedBy(staffOf(request)), ...request.body });
    },
  );
}

function addCanteenRoutes(app: CentralApp, needs: PaymentNeeds): void {
  app.get(
    '/canteens',
    { onRequest: allowStaff(), schema: { tags, response: { 200: Page(Canteen) } } },
    async () => {
      const rows = await needs.db
        .selectFrom('till')
        .select('canteen')
        .distinct()
        .orderBy('canteen')
        .limit(200)
        .execute();
      return { items: await Promise.all(rows.map(row => readCanteen(needs, row.canteen))) };
    },
  );
  app.get(
    '/canteens/:name',
    { onRequest: allowStaff(), schema: { tags, params: OfCanteen, response: { 200: Canteen } } },
    request => readCanteen(needs, request.params.name),
  );
  app.put(
    '/canteens/:name',
    {
      onRequest: allow('canteen'),
      schema: { tags, params: OfCanteen, body: CanteenUpdate, response: { 200: Canteen } },
    },
    async request => {
      const { name } = request.params;
      const { timeZone, periods } = request.body;
      await requireCanteen(needs, name);
      checkZone(timeZone);
      checkPeriods(periods);
      const values = {
        time_zone: timeZone,
        periods: JSON.stringify(periods),
        updated_at: needs.clock.now().toISOString(),
      };
      await needs.db.transaction().execute(async trx => {
        await trx
          .insertInto('canteen')
          .values({ name, ...values })
          .onConflict(conflict => conflict.column('name').doUpdateSet(values))
          .execute();
        await needs.audit.record(trx, auditedBy(staffOf(request)), {
          action: 'change-canteen',
          subjectKind: 'canteen',
          detail: { name, timeZone },
        });
      });
      return readCanteen(needs, name);
    },
  );
}

async function readCanteen(needs: PaymentNeeds, name: string): Promise<Canteen> {
  await requireCanteen(needs, name);
  const calendar = await needs.db
    .transaction()
    .execute(trx => readCalendar(trx, name, needs.config.timeZone));
  return { name, timeZone: calendar.timeZone, periods: [...calendar.periods] };
}

function checkZone(timeZone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw canteenErrors.time_zone_unknown({ timeZone });
  }
}

/** Periods lie within a day, have names of their own and do not overlap. */
function checkPeriods(periods: readonly MealPeriod[]): void {
  const sorted = [...periods].sort((a, b) => a.from_min - b.from_min);
  const names = new Set(periods.map(period => period.name));
  let end_min = 0;
  for (const { from_min, to_min } of sorted) {
    if (from_min < end_min || to_min <= from_min) throw canteenErrors.bad_periods();
    end_min = to_min;
  }
  if (names.size < periods.length) throw canteenErrors.bad_periods();
}
