import { describe, expect, it } from 'vitest';
import type { NetworkState } from '../contracts.js';
import { storeErrors } from '../store/index.js';
import { createManualClock } from '../testing/clock.js';
import { createRecordingLog } from '../testing/log.js';
import { syncErrors } from './errors.js';
import { healthAfter, networkOf } from './health.js';
import { Refusal } from './http.js';
import { createLoops, type LoopControl } from './loops.js';

const unreachable = () => syncErrors.central_unreachable({ problem: 'x' });

function setUp() {
  const clock = createManualClock();
  const states: NetworkState[] = [];
  const loops = createLoops({
    clock,
    log: createRecordingLog(),
    random: () => 1,
    onNetworkChange: state => states.push(state),
    onUnreachable: () => {},
  });
  const stop = new AbortController();
  const run = (name: string, work: (control: LoopControl) => Promise<boolean>) =>
    void loops.run(name, stop.signal, work);
  return { clock, loops, states, run, stop };
}

describe('the retries', () => {
  it('come after pauses that double up to 15 s while central is away, and start small again afterwards', async () => {
    const { clock, run, stop } = setUp();
    const tries: number[] = [];
    let isAway = true;
    run('push', async ({ heard, signal }) => {
      tries.push(clock.monotonic_ms());
      if (isAway) throw unreachable();
      heard();
      await clock.sleep(1_000, signal);
      return true;
    });
    await clock.advance(60_000);
    const pauses = () => tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
    expect(pauses()).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    isAway = false;
    await clock.advance(20_000);
    isAway = true;
    tries.length = 0;
    await clock.advance(5_000);
    expect(pauses()).toEqual([500, 1_000, 2_000]);
    stop.abort();
  });

  it('of data that is wrong get rarer, up to five minutes', async () => {
    const { clock, run, stop } = setUp();
    const tries: number[] = [];
    run('pull', async ({ heard }) => {
      tries.push(clock.monotonic_ms());
      heard();
      throw storeErrors.digest_mismatch({ revision: 1 });
    });
    await clock.advance(3_600_000);
    expect(tries.length).toBeLessThan(25);
    stop.abort();
  });

  it('are made at once by all when one gets through again', async () => {
    const { clock, run, states, stop } = setUp();
    let isAway = true;
    const tries: Record<string, number[]> = { pull: [], push: [] };
    for (const name of ['pull', 'push']) {
      run(name, async ({ heard, signal }) => {
        tries[name]?.push(clock.monotonic_ms());
        if (isAway) throw unreachable();
        heard();
        await clock.sleep(1_000_000, signal);
        return true;
      });
      await clock.advance(400);
    }
    await clock.advance(30_000);
    isAway = false;
    await clock.advance(15_000);
    expect(tries.pull?.at(-1)).toBe(tries.push?.at(-1));
    expect(states).toEqual(['online']);
    stop.abort();
  });
});

describe('the network state', () => {
  it('is online only when all that was tried works, and unpaired when central says so', () => {
    expect(networkOf(['unknown', 'unknown'])).toBe('offline');
    expect(networkOf(['ok', 'unknown'])).toBe('online');
    expect(networkOf(['ok', 'unreachable'])).toBe('offline');
    expect(networkOf(['ok', 'unreachable', 'unpaired'])).toBe('unpaired');
  });

  it('does not change for what fails on the device, and tells refusals from silence', () => {
    expect(healthAfter(storeErrors.disk_full())).toBeUndefined();
    expect(healthAfter(new Error('a bug'))).toBeUndefined();
    expect(healthAfter(unreachable())).toBe('unreachable');
    expect(healthAfter(syncErrors.central_answer_invalid({ path: '/', problem: 'x' }))).toBe('unreachable');
    expect(healthAfter(new Refusal(403, 'device_revoked', ''))).toBe('unpaired');
    expect(healthAfter(new Refusal(401, 'signature_invalid', ''))).toBe('unreachable');
    expect(healthAfter(new Refusal(403, 'device_quarantined', ''))).toBe('ok');
    expect(healthAfter(new Refusal(503, 'busy', ''))).toBe('unreachable');
  });
});
