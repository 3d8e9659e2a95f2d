/**
 * How fast central pays: authorise + capture through the real payments and the real ledger, on a database file or a server.
 *
 *   npm run bench -- ledger [--seconds 5] [--rate 200] [--tills 50] [--people 2000] [--postgres postgres://…] [--meals 2000]
 *
 * Open loop: payments start on schedule whether earlier ones have ended or not, so that a stall shows in the percentiles.
 * After that the same as fast as it goes, and a backlog of offline meals.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAudit } from '../central/audit/index.js';
import { createMealSink } from '../central/canteen/meals.js';
import { createPayments, type PaymentNeeds } from '../central/canteen/payments.js';
import { systemClock } from '../central/clock.js';
import { loadCentralConfig } from '../central/config.js';
import { type Db, migrate, openDatabase } from '../central/db/index.js';
import type { Gallery } from '../central/gallery/index.js';
import { createLedgerStore, sealTransfers, verifyLedger } from '../central/ledger/index.js';
import { createLiveBus } from '../central/live.js';
import { type EventEnvelope, type MealEvent, newId, zeroHash } from '../protocol/index.js';

interface Options {
  readonly seconds: number;
  /** Payments per second. */
  readonly rate: number;
  readonly tills: number;
  readonly people: number;
  /** Offline meals of the backlog. */
  readonly meals: number;
}

const evidence = {
  packId: 'bench',
  score: 1,
  margin: 1,
  threshold: 0,
  quality: 1,
  galleryRevision: 0,
  galleryPersons: 0,
  frames: 1,
};

/** On a database file of its own, or in an empty database that `--postgres` names and that is left filled. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '5' },
      rate: { type: 'string', default: '200' },
      tills: { type: 'string', default: '50' },
      people: { type: 'string', default: '2000' },
      meals: { type: 'string', default: '2000' },
      postgres: { type: 'string' },
    },
  });
  const { seconds, rate, tills, people, meals, postgres } = values;
  const options = {
    ...{ seconds: Number(seconds), rate: Number(rate), tills: Number(tills) },
    ...{ people: Number(people), meals: Number(meals) },
  };
  if (postgres) {
    await measure('PostgreSQL', openDatabase({ url: postgres }), options);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'porter-bench-'));
  await measure('SQLite', openDatabase({ file: join(directory, 'central.sqlite') }), options);
  rmSync(directory, { recursive: true });
}

async function measure(name: string, db: Db, options: Options): Promise<void> {
  await migrate(db);
  const payer = await createPayer(db, options);
  // A process that has just started compiles its code first, which no till sees on an ordinary day.
  for (let warmUp = 0; warmUp < 200; warmUp++) await payer.pay();
  await openLoop(name, payer, options);
  await flatOut(name, payer, options);
  await backlog(name, payer, options);
  const started_ms = performance.now();
  let sealed = 0;
  for (let n = await sealTransfers(db); n > 0; n = await sealTransfers(db)) sealed += n;
  const sealing_ms = performance.now() - started_ms;
  const verdict = await verifyLedger(db);
  console.log(
    `${name}: ${sealed} transfers sealed at ${perSecond(sealed, sealing_ms)}/s; verified ${verdict.transfers} in ${Math.round(
      performance.now() - started_ms - sealing_ms,
    )} ms: ${verdict.problem ?? 'sound'}`,
  );
  await db.destroy();
}

type Payer = Awaited<ReturnType<typeof createPayer>>;

async function createPayer(db: Db, options: Options) {
  const config = loadCentralConfig({
    overrides: { payment: { perDayLimit_minor: 100_000_000 } as never },
  });
  const parts = { clock: systemClock, newId };
  const ledger = createLedgerStore(parts);
  const live = createLiveBus();
  // Payments never look at the gallery.
  const gallery = {} as Gallery;
  const needs: PaymentNeeds = { ...parts, db, config, live, gallery, audit: createAudit(parts), ledger };
  const people = await addPeople(db, options.people, needs);
  const tills = await addTills(db, options.tills);
  const payments = createPayments(needs);
  const sink = createMealSink(needs);
  let turn = 0;
  const next = <T>(list: readonly T[]): T => list[turn++ % list.length] as T;

  const post = (body: MealEvent): Promise<unknown> =>
    db.transaction().execute(trx =>
      sink.postMeal(trx, {
        deviceId: body.tillId,
        placeId: body.tillId,
        envelope: { clockTrusted: true, previousHash: zeroHash } as EventEnvelope,
        body,
        receivedAt: new Date(),
      }),
    );
  const meal = (mode: MealEvent['mode']): MealEvent => ({
    kind: 'meal',
    orderId: newId(),
    tillId: next(tills),
    personId: next(people),
    amount_minor: 1_250,
    currency: config.currency,
    confirmedAt: new Date().toISOString(),
    mode,
    evidence,
  });
  return {
    async pay(): Promise<void> {
      const body = meal('online');
      const { orderId, tillId, personId, amount_minor, currency } = body;
      const answer = await payments.authorise({ orderId, tillId, personId, amount_minor, currency }, tillId);
      if (answer.kind !== 'authorised') throw new Error(`declined: ${answer.reason}`);
      await post(body);
    },
    postOffline: () => post(meal('offline')),
  };
}

async function addPeople(db: Db, count: number, { ledger, config }: PaymentNeeds): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  const at = new Date().toISOString();
  await db.transaction().execute(async trx => {
    const desk = await ledger.account(trx, {
      key: 'cash-desk',
      currency: config.currency,
      floor_minor: null,
    });
    for (const [index, id] of ids.entries()) {
      await trx
        .insertInto('person')
        .values({
          id,
          student_number: `B${index}`,
          name: `Bench ${index}`,
          name_search: `bench ${index}`,
          building: null,
          department: null,
          birth_date: null,
          valid_until: null,
          status: 'active',
          created_at: at,
          updated_at: at,
        })
        .execute();
      await trx
        .insertInto('consent')
        .values({
          person_id: id,
          purpose: 'payment',
          granted: 1,
          given_by: 'person',
          notice_version: null,
          changed_at: at,
        })
        .execute();
      const key = `wallet:${id}`;
      const wallet = await ledger.account(trx, {
        key,
        currency: config.currency,
        floor_minor: 0,
        personId: id,
      });
      await ledger.execute(
        trx,
        {
          kind: 'post',
          sources: [desk.id],
          creditAccountId: wallet.id,
          amount_minor: 50_000_000,
          currency: config.currency,
          fact: false,
        },
        { kind: 'top-up', occurredAt: at, personId: id },
      );
    }
  });
  return ids;
}

async function addTills(db: Db, count: number): Promise<string[]> {
  const created_at = new Date().toISOString();
  const tills = Array.from({ length: count }, (_, index) => ({
    id: newId(),
    name: `Till ${index}`,
    canteen: `Canteen ${index % 3}`,
    per_meal_limit_minor: 10_000,
    created_at,
  }));
  await db.insertInto('till').values(tills).execute();
  return tills.map(till => till.id);
}

/** Payments at a fixed rate; the time of each counts from when it was due. */
async function openLoop(name: string, payer: Payer, { rate, seconds }: Options): Promise<void> {
  const times_ms: number[] = [];
  const running: Promise<void>[] = [];
  const started_ms = performance.now();
  const total = Math.round(rate * seconds);
  for (let index = 0; index < total; index++) {
    const due_ms = started_ms + (index * 1000) / rate;
    const wait_ms = due_ms - performance.now();
    if (wait_ms > 0) await new Promise(resolve => setTimeout(resolve, wait_ms));
    running.push(payer.pay().then(() => void times_ms.push(performance.now() - due_ms)));
  }
  await Promise.all(running);
  const rates = perSecond(total, performance.now() - started_ms);
  console.log(`${name}: authorise + capture at ${rate}/s wanted, ${rates}/s done; ${percentiles(times_ms)}`);
}

/** As many as there are tills at a time, each waiting for its answer. */
async function flatOut(name: string, payer: Payer, options: Options): Promise<void> {
  const started_ms = performance.now();
  const before = process.cpuUsage();
  const end_ms = started_ms + options.seconds * 1000;
  let done = 0;
  const till = async () => {
    while (performance.now() < end_ms) {
      await payer.pay();
      done++;
    }
  };
  await Promise.all(Array.from({ length: options.tills }, till));
  const { user, system } = process.cpuUsage(before);
  const cpu_ms = ((user + system) / 1000 / done).toFixed(2);
  console.log(
    `${name}: authorise + capture flat out ${perSecond(done, performance.now() - started_ms)}/s from ${options.tills} tills, ${cpu_ms} ms of this process' CPU each`,
  );
}

async function backlog(name: string, payer: Payer, options: Options): Promise<void> {
  const count = options.meals;
  const started_ms = performance.now();
  for (let index = 0; index < count; index += 10) {
    await Promise.all(Array.from({ length: 10 }, () => payer.postOffline()));
  }
  console.log(
    `${name}: a backlog of ${count} offline meals drained at ${perSecond(count, performance.now() - started_ms)}/s`,
  );
}

function perSecond(count: number, took_ms: number): number {
  return Math.round((count * 1000) / took_ms);
}

function percentiles(times_ms: readonly number[]): string {
  const sorted = [...times_ms].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}
