import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClockTrustNeeds, createClockTrust, machineKeepsTime } from './clock-trust.js';
import { createLastHeard } from './last-heard.js';
import { createManualClock } from './testing/clock.js';
import { createTimekeeping } from './timekeeping.js';

const hour_ms = 3_600_000;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'porter-time-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the wall clock', () => {
  function setUp(changes: Partial<ClockTrustNeeds> = {}) {
    const clock = createManualClock();
    const central = { online: false, offset_ms: 0 };
    const trusted = createClockTrust({
      clock,
      online: () => central.online,
      offset_ms: () => central.offset_ms,
      keepsTime: true,
      knownPast_ms: 0,
      ...changes,
    });
    return { clock, central, trusted };
  }

  it('is believed while central accepts it, whatever the machine', () => {
    const { central, trusted } = setUp({ keepsTime: false });
    expect(trusted()).toBe(false);
    central.online = true;
    expect(trusted()).toBe(true);
  });

  it('is not believed when central says it is two minutes off', () => {
    const { central, trusted } = setUp();
    central.online = true;
    central.offset_ms = 121_000;
    expect(trusted()).toBe(false);
  });

  it('stays believed while offline, until somebody sets it', async () => {
    const { clock, central, trusted } = setUp({ keepsTime: false });
    central.online = true;
    trusted();
    central.online = false;
    await clock.advance(10 * hour_ms);
    expect(trusted()).toBe(true);
    clock.setWall(clock.now_ms() - hour_ms);
    expect(trusted()).toBe(false);
    clock.setWall(clock.now_ms() + 2 * hour_ms);
    expect(trusted()).toBe(false);
  });

  it('that is set just before the network goes is not believed, though nobody compared it since', async () => {
    const { clock, central, trusted } = setUp();
    central.online = true;
    expect(trusted()).toBe(true);
    await clock.advance(5_000);
    clock.setWall(clock.now_ms() + 86_400_000);
    expect(trusted()).toBe(false);
    central.online = false;
    expect(trusted()).toBe(false);
    central.online = true;
    central.offset_ms = -86_400_000;
    expect(trusted()).toBe(false);
    clock.setWall(clock.now_ms() - 86_400_000);
    central.offset_ms = 0;
    expect(trusted()).toBe(true);
  });

  it('that was behind and is set right while offline is believed', () => {
    const { clock, central, trusted } = setUp();
    central.online = true;
    central.offset_ms = 100_000;
    expect(trusted()).toBe(true);
    central.online = false;
    clock.setWall(clock.now_ms() + 100_000);
    expect(trusted()).toBe(true);
    clock.setWall(clock.now_ms() + 100_000);
    expect(trusted()).toBe(true);
    clock.setWall(clock.now_ms() + 100_000);
    expect(trusted()).toBe(false);
  });

  it('of a machine that keeps time is believed at an offline start, but not before what has been already', () => {
    const known = createManualClock().now_ms();
    expect(setUp({ knownPast_ms: known - hour_ms }).trusted()).toBe(true);
    expect(setUp({ knownPast_ms: known + hour_ms }).trusted()).toBe(false);
  });

  it('that was never set is not believed', () => {
    const { clock, trusted } = setUp();
    clock.setWall(0);
    expect(trusted()).toBe(false);
  });
});

it('a board without a real-time clock keeps no time until the network has told it', () => {
  const having =
    (...paths: string[]) =>
    (path: string): boolean =>
      paths.includes(path);
  expect(machineKeepsTime(having())).toBe(true);
  expect(machineKeepsTime(having('/proc/device-tree/model'))).toBe(false);
  expect(machineKeepsTime(having('/proc/device-tree/model', '/dev/rtc0'))).toBe(true);
  expect(machineKeepsTime(having('/proc/device-tree/model', '/run/systemd/timesync/synchronized'))).toBe(
    true,
  );
});

describe('how long central has been away', () => {
  it('is not known on a device that never heard it, nor with a broken file', () => {
    const clock = createManualClock();
    expect(createLastHeard({ path: join(folder, 'none'), clock }).for_ms()).toBe(Number.POSITIVE_INFINITY);
    writeFileSync(join(folder, 'broken'), 'yesterday');
    expect(createLastHeard({ path: join(folder, 'broken'), clock }).for_ms()).toBe(Number.POSITIVE_INFINITY);
  });

  it('goes on counting over a restart', async () => {
    const clock = createManualClock();
    const path = join(folder, 'restart');
    createLastHeard({ path, clock }).note();
    await clock.advance(5 * hour_ms);
    const restarted = createLastHeard({ path, clock });
    expect(restarted.for_ms()).toBe(5 * hour_ms);
    restarted.note();
    await clock.advance(1_000);
    expect(restarted.for_ms()).toBe(1_000);
  });

  it('is counted by the monotonic clock once heard: setting the clock back does not prolong it', async () => {
    const clock = createManualClock();
    const heard = createLastHeard({ path: join(folder, 'set-back'), clock });
    heard.note();
    await clock.advance(hour_ms);
    clock.setWall(clock.now_ms() - 10 * hour_ms);
    expect(heard.for_ms()).toBe(hour_ms);
  });

  it('goes on without a disk to write to', () => {
    const heard = createLastHeard({ path: '/nowhere/last-heard', clock: createManualClock() });
    heard.note();
    expect(heard.for_ms()).toBe(0);
  });

  it('is noted while central is heard, and only then', async () => {
    const clock = createManualClock();
    const times = createTimekeeping({ path: join(folder, 'noted'), clock });
    const central = { online: true };
    times.follow({ online: () => central.online, offset_ms: () => 0 });
    const stopping = new AbortController();
    const running = times.run(stopping.signal);
    await clock.advance(10_000);
    expect(times.offlineFor_ms()).toBeLessThan(2_001);
    central.online = false;
    await clock.advance(hour_ms);
    expect(times.offlineFor_ms()).toBeGreaterThan(hour_ms - 2_001);
    stopping.abort();
    await running;
  });
});
