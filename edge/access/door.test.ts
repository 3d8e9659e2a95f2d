import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Relay } from '../contracts.js';
import { createManualClock } from '../testing/clock.js';
import { createRecordingLog } from '../testing/log.js';
import { createDoor } from './door.js';
import { createSimulatedRelay, guardRelay } from './relay.js';

/** A relay that fails as often as it is told, and may take its time. */
function createStubbornRelay(clock = createManualClock(), takes_ms = 0) {
  let failures = 0;
  let on = true;
  let closed = false;
  const relay: Relay = {
    description: 'stubborn',
    async set(level) {
      if (takes_ms > 0) await clock.sleep(takes_ms);
      if (failures-- > 0) throw new Error('stuck');
      on = level;
    },
    async close() {
      closed = true;
    },
  };
  return {
    relay,
    fail(times: number) {
      failures = times;
    },
    get on() {
      return on;
    },
    get closed() {
      return closed;
    },
  };
}

async function setUp(takes_ms = 0) {
  const clock = createManualClock();
  const log = createRecordingLog();
  const stubborn = createStubbornRelay(clock, takes_ms);
  const opening = createDoor({ relay: stubborn.relay, clock, log });
  await clock.advance(takes_ms);
  return { clock, log, stubborn, door: await opening };
}

describe('a door', () => {
  it('is locked by its making, even where the relay was left on', async () => {
    const { stubborn } = await setUp();
    expect(stubborn.on).toBe(false);
  });

  it('opens for the pulse and locks by itself', async () => {
    const { clock, stubborn, door } = await setUp();
    await door.open(3_000);
    expect(stubborn.on).toBe(true);
    await clock.advance(2_999);
    expect(stubborn.on).toBe(true);
    await clock.advance(1);
    expect(stubborn.on).toBe(false);
  });

  it('stays open for somebody who comes during a pulse, counted from that one', async () => {
    const { clock, stubborn, door } = await setUp();
    await door.open(3_000);
    await clock.advance(2_000);
    await door.open(3_000);
    await clock.advance(2_999);
    expect(stubborn.on).toBe(true);
    await clock.advance(1);
    expect(stubborn.on).toBe(false);
  });

  it('is not shortened by a shorter pulse', async () => {
    const { clock, stubborn, door } = await setUp();
    await door.open(3_000);
    await door.open(100);
    await clock.advance(1_000);
    expect(stubborn.on).toBe(true);
  });

  it('opens again for somebody who comes while the relay is being switched off, and locks after that', async () => {
    const { clock, stubborn, door } = await setUp(50);
    const first = door.open(1_000);
    await clock.advance(50);
    await first;
    await clock.advance(1_020);
    const second = door.open(1_000);
    await clock.advance(100);
    await second;
    expect(stubborn.on).toBe(true);
    await clock.advance(900);
    expect(stubborn.on).toBe(true);
    await clock.advance(1_000);
    expect(stubborn.on).toBe(false);
  });

  it('tries three times to open, then says so by code and state', async () => {
    const { clock, stubborn, door, log } = await setUp();
    stubborn.fail(2);
    const patient = door.open(1_000);
    await clock.advance(200);
    await patient;
    expect(stubborn.on).toBe(true);
    await clock.advance(2_000);
    stubborn.fail(4);
    const refused = expect(door.open(1_000)).rejects.toMatchObject({ code: 'relay_failed' });
    await clock.advance(200);
    await refused;
    expect(door.state).toBe('failed');
    expect(log.lines.filter(line => line.level === 'error').length).toBeGreaterThanOrEqual(5);
    await clock.advance(2_000);
    expect(door.state).toBe('ok');
  });

  it('goes on trying to lock when the relay does not obey: a relay that stays on is an open door', async () => {
    const { clock, stubborn, door } = await setUp();
    await door.open(1_000);
    stubborn.fail(6);
    await clock.advance(1_000);
    expect(stubborn.on).toBe(true);
    expect(door.state).toBe('failed');
    await clock.advance(20_000);
    expect(stubborn.on).toBe(false);
    expect(door.state).toBe('ok');
  });

  it('that cannot be locked at the start does not come up', async () => {
    const stubborn = createStubbornRelay();
    stubborn.fail(1);
    const clock = createManualClock();
    await expect(
      createDoor({ relay: stubborn.relay, clock, log: createRecordingLog() }),
    ).rejects.toMatchObject({ code: 'relay_failed' });
  });

  it('closed in the middle of a pulse locks at once and gives the relay back', async () => {
    const { stubborn, door } = await setUp();
    await door.open(60_000);
    await door.close();
    expect(stubborn.on).toBe(false);
    expect(stubborn.closed).toBe(true);
  });

  it('is always locked once the longest pulse is over, whoever came when', async () => {
    const visit = fc.record({
      wait_ms: fc.integer({ min: 0, max: 500 }),
      pulse_ms: fc.integer({ min: 1, max: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(visit, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 60 }),
        async (visits, takes_ms) => {
          const { clock, stubborn, door } = await setUp(takes_ms);
          const opened: Promise<void>[] = [];
          for (const { wait_ms, pulse_ms } of visits) {
            await clock.advance(wait_ms);
            opened.push(door.open(pulse_ms));
          }
          await clock.advance(60_000);
          await Promise.all(opened);
          expect(stubborn.on).toBe(false);
          expect(door.state).toBe('ok');
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('a guard switches the relay off when the process ends, and can be taken away', async () => {
  const { EventEmitter } = await import('node:events');
  const ending = new EventEmitter();
  const relay = createSimulatedRelay();
  const stop = guardRelay(relay, ending);
  await relay.set(true);
  ending.emit('exit');
  expect(relay.on).toBe(false);
  stop();
  expect(ending.listenerCount('exit')).toBe(0);
});
