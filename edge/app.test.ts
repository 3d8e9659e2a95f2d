import { afterEach, describe, expect, it } from 'vitest';
import { type DeviceKind, type DeviceSettings, type DeviceStatus, newId } from '../protocol/index.js';
import { createDoor, createSimulatedRelay } from './access/index.js';
import { createEdge } from './app.js';
import { createMetrics } from './metrics.js';
import { createManualClock } from './testing/clock.js';
import { embeddingOf, type FaceOptions, faceOf, idOf, personOf } from './testing/faces.js';
import { createFakeFeed } from './testing/feed.js';
import { createRecordingLog } from './testing/log.js';
import { gateSettings, openTestStore, tillSettings } from './testing/store.js';
import { createFakeSync } from './testing/sync.js';
import { createScriptedVision } from './testing/vision.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const tillDevice: DeviceSettings = { campus: 'Test Campus', till: tillSettings };

async function setUp(kind: DeviceKind, settings = kind === 'gate' ? gateSettings : tillDevice) {
  const clock = createManualClock();
  const log = createRecordingLog();
  const sync = createFakeSync();
  const statuses: (() => DeviceStatus)[] = [];
  sync.onStatus = provide => void statuses.push(provide);
  const feed = createFakeFeed();
  const vision = createScriptedVision();
  const relay = createSimulatedRelay();
  const door = await createDoor({ relay, clock, log });
  const payment = { offlineAllowed: true, perMealLimit_minor: 5_000, perDayLimit_minor: 10_000 };
  const withCard = personOf(2, { payment: { ...payment, cards: ['04A2B3C4'] } });
  const people = [personOf(1), withCard, personOf(3, { access: [] })];
  const { store, gallery, dispose } = openTestStore({ clock, settings, people });
  let changes = 0;
  const edge = createEdge({
    ...{ kind, feed, vision, gallery, store, sync, door, clock, newId, log },
    metrics: createMetrics(),
    clockTrusted: () => true,
    offlineFor_ms: () => 0,
    liveness: {
      door: { required: true, threshold: 0.4 },
      payment: { required: true, threshold: 0.6 },
    },
    till: { requireShift: false, refundWindow_min: 10 },
    softwareVersion: '0.1.0',
    onChange: () => void changes++,
  });
  closing.push(dispose, () => edge.stop());
  edge.start();
  await clock.advance(0);
  let sequence = 0;
  const frame = async (...faces: FaceOptions[]) => {
    vision.show(faces.map(faceOf));
    feed.give({ jpeg: new Uint8Array(), sequence: sequence++, capturedAt_ms: clock.monotonic_ms() });
    await clock.advance(100);
  };
  const stand = async (times: number, ...faces: FaceOptions[]) => {
    for (let i = 0; i < times; i++) await frame(...faces);
  };
  return {
    ...{ clock, log, sync, feed, vision, relay, store, gallery, edge, frame, stand },
    status: () => statuses[0]!(),
    changes: () => changes,
  };
}
const anna: FaceOptions = { embedding: embeddingOf(1), x: 540 };

describe('a gate', () => {
  it('lets a resident in within three usable frames, and records it', async () => {
    const { stand, relay, edge, store, clock } = await setUp('gate');
    await stand(2, anna);
    expect(relay.on).toBe(false);
    expect(edge.state()).toMatchObject({ kind: 'gate', phase: { name: 'looking' } });
    await stand(1, anna);
    expect(relay.on).toBe(true);
    expect(edge.state()).toMatchObject({ phase: { name: 'granted', displayName: 'Person 1' } });
    expect(store.outbox.next(10).map(event => event.body)).toMatchObject([
      { kind: 'access', decision: 'grant', personId: idOf(1), evidence: { frames: 3 } },
    ]);
    await clock.advance(3_000);
    expect(relay.on).toBe(false);
  });

  it('refuses a stranger, a resident of another building, and a picture of a resident', async () => {
    for (const [face, reason] of [
      [{ embedding: embeddingOf(9) }, 'unknown-person'],
      [{ embedding: embeddingOf(3) }, 'no-permission'],
      [{ embedding: embeddingOf(1), liveness: 0.1 }, 'not-live'],
    ] as const) {
      const { stand, relay, edge } = await setUp('gate');
      await stand(12, face);
      expect(relay.on).toBe(false);
      expect(edge.state()).toMatchObject({ phase: { name: 'denied', reason } });
    }
  });

  it('in a drill opens for nobody, identifies nobody, and records how the liveness held', async () => {
    const { gate } = gateSettings;
    const drill = { id: idOf(77), presented: 'live' as const, endsAt: '2099-01-01T00:00:00.000Z' };
    const { stand, relay, edge, store } = await setUp('gate', {
      ...gateSettings,
      ...(gate && { gate: { ...gate, drill } }),
    });
    await stand(4, anna);
    expect(relay.on).toBe(false);
    expect(edge.state()).toMatchObject({
      phase: { name: 'drill', presented: 'live', count: 1, last: 'passed' },
    });
    const bodies = store.outbox.next(10).map(event => event.body);
    expect(bodies).toMatchObject([{ kind: 'drill', outcome: 'passed', drillId: idOf(77) }]);
    expect(JSON.stringify(bodies)).not.toContain(idOf(1));
  });

  it('goes on after a frame that vision could not take', async () => {
    const { stand, vision, relay, log, clock } = await setUp('gate');
    vision.failOnce(new Error('the worker is gone'));
    await stand(1, anna);
    expect(log.lines).toContainEqual({ level: 'error', message: 'a frame could not be looked at' });
    await clock.advance(300);
    await stand(3, anna);
    expect(relay.on).toBe(true);
  });

  it('says what the person in view should do, until decided', async () => {
    const { stand, edge } = await setUp('gate');
    await stand(2, { embedding: undefined, x: 320, y: 180, size: 128 });
    expect(edge.state()).toMatchObject({
      hint: 'hold-still',
      faceBox: { x: 0.25, y: 0.25, width: 0.1, height: expect.closeTo(0.178, 2) },
    });
    await stand(3, anna);
    expect(edge.state()).not.toHaveProperty('hint');
  });

  it('shows that the camera is lost, with its reason, and forgets who was in view', async () => {
    const { stand, edge, feed, clock, status, sync } = await setUp('gate');
    await stand(1, anna);
    const wakes = sync.wakes;
    feed.setState({ kind: 'lost', code: 'camera_frozen', en: 'no pictures', zh: '没有画面' });
    await clock.advance(3_000);
    const state = edge.state();
    expect(state).toMatchObject({ camera: 'lost', cameraError: { code: 'camera_frozen' } });
    expect(state).toMatchObject({ phase: { name: 'idle' } });
    expect(state).not.toHaveProperty('faceBox');
    expect(status()).toMatchObject({ camera: 'lost' });
    expect(sync.wakes).toBeGreaterThan(wakes);
  });

  it('reports what it holds', async () => {
    const { status, store } = await setUp('gate');
    expect(status()).toMatchObject({
      softwareVersion: '0.1.0',
      packId: 'test',
      camera: 'ok',
      door: 'ok',
      disk: 'ok',
      galleryRevision: 3,
      galleryDigest: store.digest(),
      galleryPersons: 3,
      outboxDepth: 0,
      lastSequence: 0,
    });
  });

  it('takes no orders', async () => {
    const { edge } = await setUp('gate');
    expect(() => edge.startOrder('1')).toThrow(expect.objectContaining({ code: 'not_a_till' }));
    await expect(edge.confirmOrder('', 1)).rejects.toThrow(expect.objectContaining({ code: 'not_a_till' }));
  });

  it('without settings of its own decides on nobody', async () => {
    const { stand, relay, edge, store } = await setUp('gate', { campus: 'Test Campus' });
    await stand(12, anna);
    expect(relay.on).toBe(false);
    expect(edge.state()).toMatchObject({ phase: { name: 'looking' }, campus: 'Test Campus', place: '' });
    expect(store.outbox.depth()).toBe(0);
  });
});

describe('a till', () => {
  it('whose camera is gone goes on by card', async () => {
    const { edge, feed, clock, store } = await setUp('till');
    feed.setState({ kind: 'lost', code: 'camera_lost', en: 'gone', zh: '丢失' });
    const { orderId } = edge.startOrder('12.50');
    edge.readerGave('FFFF0000');
    expect(edge.state()).toMatchObject({ camera: 'lost', notice: { en: 'This card is not known here' } });
    edge.readerGave('04A2B3C4');
    await clock.advance(10_000);
    expect(edge.state()).toMatchObject({ phase: { name: 'confirm', credential: 'card' } });
    expect(edge.state()).not.toHaveProperty('notice');
    await edge.confirmOrder(orderId, 1_250);
    expect(store.outbox.next(9).map(event => event.body)).toMatchObject([
      { kind: 'meal', credential: 'card' },
    ]);
  });

  it('takes a meal from the amount to the receipt', async () => {
    const { stand, edge, store, status } = await setUp('till');
    const { orderId } = edge.startOrder('12.50');
    await stand(4, anna);
    expect(edge.state()).toMatchObject({
      kind: 'till',
      currency: 'CNY',
      perMealLimit_minor: 10_000,
      place: 'Till 1',
      phase: { name: 'confirm', displayName: 'Person 1', amount_minor: 1_250 },
    });
    await edge.confirmOrder(orderId, 1_250);
    expect(edge.state()).toMatchObject({ phase: { name: 'paid' } });
    expect(store.outbox.depth()).toBe(1);
    expect(status()).not.toHaveProperty('door');
  });

  it('never touches the door', async () => {
    const { stand, relay } = await setUp('till');
    await stand(12, anna);
    expect(relay.on).toBe(false);
  });

  it('asks people to come one at a time', async () => {
    const { stand, edge } = await setUp('till');
    edge.startOrder('12.50');
    await stand(3, { ...anna, x: 380 }, { embedding: embeddingOf(2), x: 700 });
    expect(edge.state()).toMatchObject({
      hint: 'one-at-a-time',
      phase: { name: 'waiting', problem: 'several-faces' },
    });
  });

  it('has its own policy for liveness', async () => {
    const { stand, edge } = await setUp('till');
    edge.startOrder('12.50');
    await stand(12, { ...anna, liveness: 0.5 });
    expect(edge.state()).toMatchObject({ phase: { name: 'waiting', problem: 'not-live' } });
  });
});

it('tells its page of every frame and of the network', async () => {
  const { stand, changes, sync, edge } = await setUp('gate');
  const before = changes();
  await stand(3);
  expect(changes()).toBeGreaterThanOrEqual(before + 3);
  sync.setNetwork('offline');
  expect(edge.state().network).toBe('offline');
});

it('stops, and with it its synchronisation', async () => {
  const { edge, sync } = await setUp('gate');
  expect(sync.running).toBe(true);
  await edge.stop();
  expect(sync.running).toBe(false);
});
