/**
 * A till as a process of its own, at which one diner after the other eats: the real store on a real disk, the real counter and the
 * real synchronisation over HTTP. It writes to its output what its screen shows, and ends where PORTER_TEST_KILL_AT says.
 *
 *   till-process.ts <folder> <central> <device id> <diner id> <shown name> serve|drain|screen
 *
 * `screen` serves some orders and shows them on the real screen's stream.
 */
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { systemClock } from '../../edge/clock.js';
import type { Log } from '../../edge/contracts.js';
import { createMetrics } from '../../edge/metrics.js';
import { createCounter } from '../../edge/payment/index.js';
import { buildScreenServer, createAnnouncer } from '../../edge/screen/index.js';
import { type OpenStore, openStore } from '../../edge/store/index.js';
import { createClient, createSync, type Fetch, type Identity } from '../../edge/sync/index.js';
import { sightingAt } from '../../edge/testing/sightings.js';
import { formatAmount, type GalleryPerson, newId } from '../../protocol/index.js';
import { createFailpoint } from './failpoint.js';

const [folder = '', central = '', deviceId = '', personId = '', shownName = '', task] = process.argv.slice(2);
const failpoint = createFailpoint();
const clock = systemClock;
const log: Log = { info: () => {}, warn: () => {}, error: () => {} };
const evidence = {
  ...{ packId: 'fake-32', score: 0.8, margin: 0.5, threshold: 0.5, quality: 0.9, liveness: 0.9 },
  ...{ galleryRevision: 1, galleryPersons: 6, frames: 3 },
};
/** Whoever reads it knows that the till got as far as this. */
const tell = (what: object): void => void writeSync(1, `${JSON.stringify(what)}\n`);

const people = new Map<string, GalleryPerson>();
const gallery = {
  upsert: (person: GalleryPerson) => void people.set(person.personId, person),
  remove: (id: string) => void people.delete(id),
  setRevision: () => {},
  person: (id: string) => people.get(id),
  personByCard: () => undefined,
  personByStudentNumber: () => undefined,
};

/** The file of the real store; a point lies in the middle of each transaction that confirms a meal. */
function openFile(path: string): Database.Database {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    const statement = prepare(sql);
    if (!sql.includes('insert into meals')) return statement;
    const run = statement.run.bind(statement);
    statement.run = ((...args: unknown[]) => {
      const result = run(...args);
      failpoint('meal.written');
      return result;
    }) as typeof statement.run;
    return statement;
  }) as typeof db.prepare;
  return db;
}

function withPoints(store: OpenStore): OpenStore {
  return {
    ...store,
    putOrder(order) {
      failpoint(`order.${order.state}`);
      store.putOrder(order);
      if (order.state === 'open') failpoint('order.opened');
    },
    confirmOrder(orderId, body) {
      failpoint('meal.begun');
      const envelope = store.confirmOrder(orderId, body);
      failpoint('meal.committed');
      return envelope;
    },
    outbox: {
      ...store.outbox,
      settle(results) {
        failpoint('settle.begun');
        store.outbox.settle(results);
        failpoint('settle.committed');
      },
    },
  };
}

const fetchWithPoints: Fetch = async (url, init) => {
  const name = /\/(authorise|release|events)$/.exec(new URL(url).pathname)?.[1];
  const request = fetch(url, init);
  // The request is on its way, and nobody will read the answer.
  if (name) setImmediate(() => failpoint(`${name}.sent`));
  const response = await request;
  if (name) failpoint(`${name}.answered`);
  return response;
};

const store = withPoints(
  openStore({
    ...{ folder, clock, newId, bootId: newId(), clockTrusted: () => true, gallery, open: openFile },
  }),
);
const identity: Identity = {
  ...{ deviceId, kind: 'till', name: 'till', centralUrl: central, centralPublicKey: '' },
  privateKey: createPrivateKey(readFileSync(join(folder, 'key.pem'))),
};
const client = createClient({ identity, fetch: fetchWithPoints, clock, newNonce: newId });
const sync = createSync({ client, store, clock, log, random: Math.random });
const counter = createCounter({
  ...{ store, sync, gallery, clock, newId, log, metrics: createMetrics() },
  ...{ clockTrusted: () => true, offlineFor_ms: () => 0, requireDisk: () => {} },
  settings: () => store.settings()?.till,
});
counter.recover();
sync.start();
tell({ kind: 'ready' });

const pause = (): Promise<void> => clock.sleep(2);

/** One order from the amount to what became of it; some are left before they are confirmed. */
async function serve(number: number): Promise<void> {
  const { orderId } = counter.start(formatAmount(10 + (number % 90)));
  for (let phase = counter.phase(); ; phase = counter.phase()) {
    if (phase.name === 'paid') {
      failpoint('meal.shown');
      return tell({ kind: 'paid', orderId: phase.order.orderId, mode: phase.order.mode });
    }
    if (phase.name === 'declined') return tell({ kind: 'refused', orderId: phase.orderId });
    if (phase.name === 'cancelled') return;
    if (phase.name === 'confirm' && number % 5 === 0) counter.cancel(orderId);
    else if (phase.name === 'confirm') {
      const { amount_minor, displayName } = phase;
      if (displayName !== shownName) throw new Error(`the screen shows ${displayName}`);
      tell({ kind: 'confirmed', orderId, amount_minor, at_ms: Date.now() });
      counter.confirm(orderId, amount_minor);
    } else {
      counter.seen(sightingAt(clock, { track: 1, verdict: { kind: 'identified', personId, evidence } }));
      await pause();
    }
  }
}

/** Serves each order so that whoever watches the stream sees it paid. */
async function serveOnScreen(count: number): Promise<void> {
  const announcer = createAnnouncer();
  const server = buildScreenServer({
    state: () => ({ kind: 'till', phase: counter.phase() }),
    onChange: announcer.onChange,
    ownNames: [],
    webFolder: '',
  } as unknown as Parameters<typeof buildScreenServer>[0]);
  const watched = new Promise(resolve => server.server.once('request', resolve));
  tell({ kind: 'screen', address: await server.listen({ host: '127.0.0.1', port: 0 }) });
  await watched;
  const announcing = setInterval(announcer.announce, 1);
  for (let number = 1; number <= count; number++) {
    await serve(number * 5 + 1);
    // The stream sends at most 15 states a second.
    await clock.sleep(200);
  }
  clearInterval(announcing);
  process.exit(0);
}

if (task === 'screen') await serveOnScreen(5);
else if (task === 'serve') {
  for (let number = Math.floor(Math.random() * 90); ; number++) await serve(number);
} else {
  while (store.outbox.depth() > 0) await pause();
  tell({ kind: 'drained', unfinished: store.unfinishedOrders().length });
  process.exit(0);
}
