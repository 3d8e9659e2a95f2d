import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeviceStatus, emptyDigest, envelopeIsIntact, newId } from '../../protocol/index.js';
import type { Clock, Sync } from '../contracts.js';
import { createGallery } from '../gallery/index.js';
import { type OpenStore, openStore, storeErrors } from '../store/index.js';
import { startTestCentral, type TestCentral } from '../testing/central.js';
import { dimension, idOf, personOf } from '../testing/faces.js';
import { createRecordingLog, type RecordingLog } from '../testing/log.js';
import { type Client, createClient, createSync, type Identity, loadIdentity, pairDevice } from './index.js';

/** Everything that waits waits a fiftieth. */
const hurry = 50;
const clock: Clock = {
  now_ms: Date.now,
  monotonic_ms: () => performance.now() * hurry,
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(resolve, ms / hurry);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

let folder: string;
let central: TestCentral;
let gallery: ReturnType<typeof createGallery>;
let store: OpenStore;
let identity: Identity;
let client: Client;
let sync: Sync;
let log: RecordingLog;
const changesPath = '/device/v1/gallery/changes';
const eventsPath = '/device/v1/events';
const statusPath = '/device/v1/status';
const authorisePath = '/device/v1/payments/authorise';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'porter-sync-'));
  central = await startTestCentral();
  gallery = createGallery({ packId: 'test', dimension });
  store = openStore({ folder, clock, newId, bootId: newId(), clockTrusted: () => true, gallery });
  const path = join(folder, 'identity.json');
  const { url: centralUrl, code } = central;
  identity = await pairDevice({ centralUrl, code, path, hostname: 'gate', softwareVersion: '1', fetch });
  client = createClient({ identity, fetch, clock, newNonce: newId });
  log = createRecordingLog();
  setUp(store);
});
afterEach(async () => {
  await sync.stop();
  // Each request is signed for itself, the repeated ones too.
  expect(central.state.replayed).toBe(0);
  store.close();
  await central.hangUp();
  rmSync(folder, { recursive: true });
});

function setUp(chosen: OpenStore): void {
  sync = createSync({ client, store: chosen, clock, log, random: Math.random, wait_ms: 2_000 });
  sync.onStatus(status);
}
const status = (): DeviceStatus => ({
  ...{ softwareVersion: '1', packId: 'test', camera: 'ok', disk: 'ok', galleryDigest: emptyDigest },
  ...{ galleryRevision: 0, galleryPersons: 0, outboxDepth: 0, lastSequence: 0, memory_bytes: 0 },
});
const append = () => {
  const event = store.append({ kind: 'erasure', personId: idOf(1), revision: 1 });
  sync.wake();
  return event;
};
const network = (wanted: Sync['network']): Promise<void> =>
  new Promise(resolve => {
    const look = (): void => {
      if (sync.network === wanted) resolve();
    };
    sync.onNetworkChange(look);
    look();
  });
/** Looks again whenever something has happened. */
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise(resolve => setImmediate(resolve));
};
const settled = (): Promise<void> => until(() => store.outbox.depth() === 0);

describe('the outbox on its way', () => {
  it('has its effect once, whatever happens to requests and answers', async () => {
    central.fail(
      eventsPath,
      ...([
        'drop-before',
        'drop-after',
        'error-before',
        'garbage-after',
        'html-after',
        'drop-after',
      ] as const),
    );
    const sent = [append(), append(), append()];
    sync.start();
    await until(() => central.chain.length === 3);
    sent.push(append());
    await settled();
    expect(central.chain).toEqual(sent);
    expect(central.requests.filter(path => path === eventsPath).length).toBeGreaterThanOrEqual(7);
  });

  it('is sent at once when woken, and the result is given to who waits for it', async () => {
    sync.start();
    await network('online');
    const event = append();
    const [first, second] = await Promise.all([
      sync.resultOf(event.id, 600_000),
      sync.resultOf(event.id, 600_000),
    ]);
    expect(first).toEqual({ id: event.id, sequence: 1, outcome: 'stored' });
    expect(second).toEqual(first);
    expect(await sync.resultOf(newId(), 50)).toBeUndefined();
  });

  it('is sent again from where central asks when it was set back to an older state', async () => {
    sync.start();
    const sent = Array.from({ length: 5 }, append);
    await settled();
    central.chain.splice(2);
    sent.push(append());
    await settled();
    expect(central.chain).toEqual(sent);
  });

  it('stays while central quarantines the device, and goes on afterwards', async () => {
    central.state.quarantine = true;
    sync.start();
    const event = append();
    await until(() => central.requests.includes(eventsPath));
    expect(store.outbox.next(9)).toEqual([event]);
    central.state.quarantine = false;
    await until(() => central.chain.length === 1);
    await settled();
  });

  it('with a backlog longer than a batch arrives in order and whole', async () => {
    for (let i = 0; i < 450; i++) store.append({ kind: 'erasure', personId: idOf(1), revision: 1 });
    central.fail(eventsPath, 'drop-after', 'drop-after');
    sync.start();
    await settled();
    expect(central.chain.map(event => event.sequence)).toEqual(Array.from({ length: 450 }, (_, i) => i + 1));
    expect(central.chain.every(envelopeIsIntact)).toBe(true);
  });
});

describe('the gallery on its way', () => {
  it('arrives page by page through lost and broken answers, and later changes by the long poll', async () => {
    for (let i = 1; i <= 450; i++) central.put(personOf(i));
    central.fail(changesPath, 'drop-after', 'garbage-after', 'error-before');
    sync.start();
    await until(() => gallery.persons === 450);
    expect(store.position().revision).toBe(450);
    central.put(personOf(451));
    await until(() => gallery.persons === 451);
  });

  it('loses an erased person, and central gets the receipt', async () => {
    central.put(personOf(1));
    sync.start();
    await until(() => gallery.persons === 1);
    central.remove(idOf(1));
    await until(() => central.chain.length === 1);
    expect(central.chain[0]?.body).toEqual({ kind: 'erasure', personId: idOf(1), revision: 2 });
    expect(gallery.person(idOf(1))).toBeUndefined();
  });

  it('is fetched anew for another digest, without pulling without end, and heals', async () => {
    central.put(personOf(1));
    central.state.digest = '0'.repeat(64);
    sync.start();
    await until(() => central.requests.filter(path => path === changesPath).length === 4);
    central.state.digest = undefined;
    central.put(personOf(2));
    await until(() => gallery.persons === 2 && store.position().revision === 2);
  });

  it('follows central to another history', async () => {
    central.put(personOf(1));
    sync.start();
    await until(() => gallery.persons === 1);
    central.state.epoch = newId();
    central.put(personOf(2));
    await until(() => gallery.persons === 2 && store.position().revision === 2);
  });

  it('is not asked for in a frenzy when central answers every long poll at once', async () => {
    central.state.impatient = true;
    sync.start();
    await network('online');
    const before = central.requests.filter(path => path === changesPath).length;
    await clock.sleep(10_000);
    expect(central.requests.filter(path => path === changesPath).length - before).toBeLessThan(15);
  });

  it('brings settings, told once', async () => {
    const told: object[] = [];
    sync.onSettingsChange(settings => told.push(settings));
    sync.start();
    await until(() => told.length > 0);
    central.put(personOf(1));
    await until(() => gallery.persons === 1);
    expect(told).toEqual([central.settings]);
    expect(store.settings()).toEqual(central.settings);
  });
});

describe('the network', () => {
  it('is offline while central is away; everything is kept and delivered when it is back', async () => {
    sync.start();
    await network('online');
    await central.hangUp();
    const event = append();
    await network('offline');
    expect(store.outbox.depth()).toBe(1);
    await central.comeBack();
    await network('online');
    await settled();
    expect(central.chain).toEqual([event]);
  });

  it('is unpaired once central has revoked the device, which keeps its events', async () => {
    sync.start();
    await network('online');
    central.state.refuseAll = central.refusal(403, 'device_revoked');
    central.changed();
    append();
    await network('unpaired');
    expect(store.outbox.depth()).toBe(1);
    central.state.refuseAll = undefined;
    await network('online');
    await settled();
    expect(central.chain).toHaveLength(1);
  });

  it('stays online when it is the own disk that is full', async () => {
    let isFull = true;
    setUp({
      ...store,
      applyPage(page) {
        if (isFull) throw storeErrors.disk_full();
        store.applyPage(page);
      },
    });
    central.put(personOf(1));
    sync.start();
    await network('online');
    await until(() => central.requests.filter(path => path === changesPath).length > 2);
    expect(sync.network).toBe('online');
    isFull = false;
    await until(() => gallery.persons === 1);
  });

  it('is found out to be dead by the status while the long poll hangs', async () => {
    sync.start();
    await network('online');
    central.fail(changesPath, 'hang');
    central.put(personOf(1));
    await until(() => gallery.persons === 1);
    central.put(personOf(2));
    central.fail(statusPath, 'drop-before');
    sync.wake();
    await network('offline');
    await network('online');
    await until(() => gallery.persons === 2);
  });

  it('learns central’s time from its refusal, and again when the own clock is corrected', async () => {
    central.state.clockAhead_ms = 3_600_000;
    sync.start();
    await network('online');
    expect(client.offset_ms / 1000).toBeCloseTo(3_600, -1);
    central.state.clockAhead_ms = -86_400_000;
    append();
    await settled();
    await until(() => Math.abs(client.offset_ms / 1000 + 86_400) < 10);
  });
});

describe('a till’s questions', () => {
  const request = (orderId: string) => ({
    ...{ orderId, tillId: idOf(3), personId: idOf(1), amount_minor: 1250, currency: 'CNY' },
  });

  it('are answered, and a hold is given back', async () => {
    const orderId = newId();
    expect(await sync.authorise(request(orderId), 5_000)).toMatchObject({ kind: 'authorised', orderId });
    expect(await sync.release(orderId, 5_000)).toEqual({ orderId, outcome: 'released' });
  });

  it('have no answer when central is silent, broken, or speaks of another order', async () => {
    central.fail(authorisePath, 'hang', 'garbage-after', 'error-before', 'drop-after');
    expect(await sync.authorise(request(newId()), 100)).toBeUndefined();
    for (let i = 0; i < 3; i++) expect(await sync.authorise(request(newId()), 5_000)).toBeUndefined();
    const orderId = newId();
    central.authorised.set(orderId, { kind: 'authorised', orderId: newId(), balanceAfter_minor: 1 });
    expect(await sync.authorise(request(orderId), 5_000)).toBeUndefined();
  });

  it('that central refuses are refused with its code', async () => {
    central.state.refuseAll = central.refusal(409, 'order_conflict');
    await expect(sync.authorise(request(newId()), 5_000)).rejects.toMatchObject({
      code: 'central_refused',
      params: { code: 'order_conflict' },
    });
  });
});

describe('stopping', () => {
  it('ends the long poll, questions and waits at once', async () => {
    sync.start();
    await network('online');
    central.fail(authorisePath, 'hang');
    const orderId = newId();
    const question = sync.authorise(
      { orderId, tillId: idOf(3), personId: idOf(1), amount_minor: 1, currency: 'CNY' },
      60_000,
    );
    const wait = sync.resultOf(newId(), 3_000_000);
    const start_ms = performance.now();
    await sync.stop();
    expect(await Promise.all([question, wait])).toEqual([undefined, undefined]);
    expect(performance.now() - start_ms).toBeLessThan(1_000);
  });
});

describe('the identity', () => {
  it('is a file for its owner alone, and comes back as it was', () => {
    const path = join(folder, 'identity.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(loadIdentity(path)).toMatchObject({ deviceId: identity.deviceId, kind: 'gate' });
    expect(loadIdentity(join(folder, 'none.json'))).toBeUndefined();
  });

  it('that is damaged or incomplete is named, not guessed', () => {
    const path = join(folder, 'identity.json');
    const whole = JSON.parse(readFileSync(path, 'utf8'));
    for (const text of [
      '{',
      JSON.stringify({ ...whole, deviceId: 'x' }),
      JSON.stringify({ ...whole, privateKeyPem: '' }),
    ]) {
      writeFileSync(path, text);
      expect(() => loadIdentity(path)).toThrow(expect.objectContaining({ code: 'identity_unreadable' }));
    }
  });

  it('is not made with a wrong code', async () => {
    const path = join(folder, 'other.json');
    const options = {
      centralUrl: central.url,
      code: 'WRONG234',
      path,
      hostname: 'h',
      softwareVersion: '1',
      fetch,
    };
    await expect(pairDevice(options)).rejects.toMatchObject({ code: 'wrong_pairing_code', status: 403 });
    expect(loadIdentity(path)).toBeUndefined();
  });
});
