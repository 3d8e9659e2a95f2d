import { setMaxListeners } from 'node:events';
import { sealTransfers, verifyLedger } from '../../central/ledger/index.js';
import { createIdSource, hasNothingUnderWay } from '../../protocol/index.js';
import { createAuditor, type SeenTill } from './auditor.js';
import { compareBooks } from './books.js';
import type { Campus } from './campus.js';
import { createSimulatedCentral } from './central.js';
import { createQueue } from './counter.js';
import { createDesk } from './desk.js';
import { createTroubles } from './faults.js';
import { type Mutation, unchanged } from './mutations.js';
import { createPhones } from './phones.js';
import { createRandom } from './random.js';
import { createSchedule } from './schedule.js';
import { createTillHost, type TillHost } from './till.js';

export interface RunResult {
  readonly seed: number;
  /** What does not hold; empty when all does. */
  readonly problems: readonly string[];
  readonly confirmed: number;
  readonly offline: number;
  /** Meals that were confirmed and of which the screen never told what became. */
  readonly unseen: number;
  readonly kills: number;
  readonly refunds: number;
  /** Meals that the cashier gave back at the till. */
  readonly givenBack: number;
  readonly shifts: number;
  /** Meals paid by a phone's code. */
  readonly codes: number;
}

/** What runs are summed up by. */
export const noLunches = {
  confirmed: 0,
  offline: 0,
  unseen: 0,
  codes: 0,
  kills: 0,
  refunds: 0,
  givenBack: 0,
  shifts: 0,
};
export const counted = Object.keys(noLunches) as (keyof typeof noLunches)[];

// A minute of lunch passes in a blink, with all that waits in it.
setMaxListeners(0);

const frame_ms = 500;
/** All faults are over; orders run out, outboxes empty themselves, retries find their way. */
const healing_ms = 400_000;

/** One simulated lunch at three tills with one seed's troubles, and what the auditor says of it. */
export async function runSeed(
  campus: Campus,
  seed: number,
  mutation: Mutation = unchanged,
): Promise<RunResult> {
  const random = createRandom(seed);
  const schedule = createSchedule();
  const auditor = createAuditor(campus);
  const now_ms = (): number => campus.start_ms + schedule.now_ms;
  let kills = 0;
  const central = createSimulatedCentral({
    ...{ image: campus.centralImage, config: campus.config, schedule, start_ms: campus.start_ms },
    newId: createIdSource({ now_ms, randomBytes: random.bytes }),
    onKill: () => kills++,
  });
  mutation.central(central);
  await central.boot();
  const phones = createPhones({ start_ms: campus.start_ms, schedule, random });
  const clockSetAt = new Map<string, number>();
  const hosts = campus.tills.map(till => {
    const seen = (): SeenTill => {
      const setAt_ms = clockSetAt.get(till.deviceId) ?? Number.NEGATIVE_INFINITY;
      const isSince = setAt_ms > (host.running?.startedAt_ms ?? 0) && host.heardAt_ms < setAt_ms;
      return {
        ...{ deviceId: till.deviceId, tillId: till.tillId, trueTime_ms: schedule.now_ms },
        ...{ heardAt_ms: host.heardAt_ms, offset_ms: host.offset_ms },
        outboxIsEmpty: host.disk.unsent() === 0,
        clockSetBefore_ms: isSince ? schedule.now_ms - setAt_ms : undefined,
      };
    };
    const host = createTillHost({
      ...{ campus, till, central, schedule, random, mutation, reports: seed % 3 === 0 },
      onAnswer(_, body) {
        for (const personId of blockedIn(body)) auditor.toldBlocked(seen(), personId);
      },
    });
    return { host, seen, queue: createQueue({ campus, host, schedule, random, auditor, seen, phones }) };
  });
  const desk = createDesk({ campus, central, schedule, random, auditor });
  const onClockSet = (deviceId: string): void => void clockSetAt.set(deviceId, schedule.now_ms);
  const tills = hosts.map(one => one.host);
  const troubles = createTroubles({ central, tills, schedule, random, onClockSet, onKill: () => kills++ });
  for (const { host, queue } of hosts) {
    host.boot();
    const frames = (): void => {
      queue.frame();
      schedule.at(frame_ms, frames);
    };
    schedule.at(random.int(0, frame_ms), frames);
  }
  troubles.begin();
  desk.open();

  const lunch_ms = random.int(20_000, 40_000);
  await schedule.run(lunch_ms + troubles.night_ms);
  troubles.heal();
  desk.close();
  for (const { queue } of hosts) queue.close();
  const isDone = (): boolean =>
    desk.isIdle && hosts.every(({ host, queue }) => queue.isEmpty && isSettled(host));
  await schedule.run(schedule.now_ms + healing_ms, { isDone });
  const problems = [...auditor.problems];
  for (const { host, queue } of hosts) {
    const till = `till ${hosts.findIndex(one => one.host === host)}`;
    if (!isSettled(host)) problems.push(`${till} still has events or an order`);
    if (!queue.isEmpty) problems.push(`${till} does not let its cashier go home`);
    // Orders that a full disk kept open are given up at the next start.
    host.kill();
    host.boot();
    if (host.disk.unfinished() > 0) problems.push(`${till} has orders that nobody gave up`);
  }
  central.disk.losesCommits = false;
  const db = central.database();
  while ((await sealTransfers(db)) > 0);
  const { problem } = await verifyLedger(db);
  if (problem) problems.push(problem);
  problems.push(...compareBooks(central.disk.raw, auditor, campus));
  for (const { host } of hosts) host.kill();
  central.kill();
  const orders = [...auditor.confirmed.values()];
  return {
    ...{ seed, problems, kills, confirmed: orders.length, refunds: desk.refunds },
    ...{ givenBack: auditor.givenBack.size, shifts: auditor.shifts.length },
    codes: orders.filter(order => order.codeId !== undefined).length,
    offline: orders.filter(order => order.mode === 'offline').length,
    unseen: orders.filter(order => order.outcome === 'unknown').length,
  };
}

/** Nothing waits to be sent, and no order is on the screen. */
function isSettled({ disk, running }: TillHost): boolean {
  const phase = running?.counter && running.phase();
  return phase !== undefined && hasNothingUnderWay(phase) && disk.unsent() === 0;
}

/** Who a page of central's calls blocked. */
function blockedIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('changes' in body)) return [];
  const changes = body.changes as { person?: { personId: string; status: string } }[];
  return changes.flatMap(({ person }) => (person?.status === 'blocked' ? [person.personId] : []));
}
