import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { Page } from '../../protocol/index.js';
import { Canteen, CanteenDays, CanteenUpdate, DayClose, Settlement } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, allowStaff, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import { type MealPeriod, readCalendar } from './books.js';
import { csvOf } from './csv.js';
import { listDays } from './day-list.js';
import { type createDays, requireCanteen } from './days.js';
import { canteenErrors } from './errors.js';
import { settlementTable, type Table, transfersTable } from './export-tables.js';
import type { PaymentNeeds } from './payments.js';
import { readSettlement } from './settlement.js';
import { xlsxOf } from './xlsx.js';

const tags = ['canteen'];
const OfCanteen = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) });
const OfDay = Type.Intersect([OfCanteen, Type.Object({ day: Type.String({ format: 'date' }) })]);
const exportFormats = [
  { ending: 'csv', type: 'text/csv; charset=utf-8', write: csvOf },
  {
    ending: 'xlsx',
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: xlsxOf,
  },
];
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
  addExport(app, 'settlement', async params => settlementTable(await settlement(params)));
  addExport(app, 'transfers', async ({ name, day }) => {
    await requireCanteen(needs, name);
    return transfersTable(db, name, day);
  });
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

/** The same rows as CSV and as a workbook, sent while they are read. */
function addExport(
  app: CentralApp,
  what: string,
  read: (params: { name: string; day: string }) => Promise<Table>,
): void {
  for (const { ending, type, write } of exportFormats) {
    app.get(
      `/canteens/:name/days/:day/${what}.${ending}`,
      { onRequest: money, schema: { tags, params: OfDay } },
      async (request, reply) => {
        const { name, day } = request.params;
        const table = await read({ name, day });
        const file = encodeURIComponent(`${name} ${day} ${what}.${ending}`);
        return reply
          .type(type)
          .header('content-disposition', `attachment; filename*=UTF-8''${file}`)
          .send(Readable.from(write(table)));
      },
    );
  }
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
