import type { SimulatedCentral } from './central.js';
import { goodLink } from './network.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';
import type { TillHost } from './till.js';

/** What goes wrong in a run. */
export interface Troubles {
  begin(): void;
  /** Nothing goes wrong from now on, and everything runs again. */
  heal(): void;
  /** How much longer the run is for a night in which all tills are switched off. */
  readonly night_ms: number;
}

const hour_ms = 3_600_000;

export function createTroubles(needs: {
  readonly central: SimulatedCentral;
  readonly tills: readonly TillHost[];
  readonly schedule: Schedule;
  readonly random: Random;
  readonly onClockSet: (deviceId: string) => void;
  readonly onKill: () => void;
}): Troubles {
  const { central, tills, schedule, random, onClockSet, onKill } = needs;
  let isOver = false;
  const night_ms = random.chance(0.12) ? random.int(1, 30) * hour_ms : 0;
  /** How much goes wrong in this run, 0.2 to 1. */
  const severity = 0.2 + 0.8 * random.next();

  const bootTill = (host: TillHost): void => {
    host.boot();
    if (!host.running) schedule.at(2_000, () => bootTill(host));
  };
  const bootCentral = (): void => void schedule.hold(central.boot());

  /** Everybody eats offline. */
  const isolate = (): void => {
    for (const { link } of tills) link.cut = random.pick(['silent', 'refused'] as const);
    schedule.at(random.int(5_000, 30_000), () => {
      for (const { link } of tills) link.cut = 'no';
    });
  };
  const troubles: readonly (() => void)[] = [
    function cutTheLine() {
      const { link } = random.pick(tills);
      link.cut = random.pick(['silent', 'refused'] as const);
      schedule.at(random.int(500, 25_000), () => {
        link.cut = 'no';
      });
    },
    function spoilTheLine() {
      const { link } = random.pick(tills);
      Object.assign(link, { loss: random.next() * 0.5, doubling: random.next() * 0.4 });
      link.slowest_ms = random.pick([30, 300, 900, 3_000]);
      schedule.at(random.int(2_000, 20_000), () => Object.assign(link, { ...goodLink(), cut: link.cut }));
    },
    function killATill() {
      random.pick(tills).kill();
      onKill();
    },
    function killATillAtAWrite() {
      random.pick(tills).disk.killAtWrite(random.int(0, 25));
    },
    isolate,
    function killCentral() {
      central.kill();
    },
    function killCentralAtAStatement() {
      central.disk.killAtStatement(random.int(0, 60), { afterCommit: random.chance(0.5) });
    },
    function setAClock() {
      const host = random.pick(tills);
      const jump_ms = random.pick([
        -26 * hour_ms,
        -hour_ms,
        -400_000,
        -90_000,
        60_000,
        400_000,
        25 * hour_ms,
      ]);
      host.offset_ms = random.chance(0.3) ? 0 : host.offset_ms + jump_ms;
      onClockSet(host.till.deviceId);
    },
    function fillADisk() {
      const { disk } = random.pick(tills);
      disk.fault = random.pick(['full', 'uncertain'] as const);
      schedule.at(random.int(500, 8_000), () => {
        disk.fault = 'none';
      });
    },
  ];
  const happen = (): void => {
    if (isOver) return;
    random.pick(troubles)();
    schedule.at(random.int(100, 5_000) / severity, happen);
  };
  /** Whatever is down comes back after a while. */
  const watch = (): void => {
    if (isOver) return;
    for (const host of tills) if (!host.running && random.chance(0.4)) bootTill(host);
    if (random.chance(0.4)) bootCentral();
    schedule.at(2_000, watch);
  };
  const fallAsleep = (): void => {
    for (const host of tills) host.kill();
    for (const { link } of tills) if (random.chance(0.5)) link.cut = random.pick(['silent', 'refused']);
    schedule.jump(night_ms);
    for (const host of tills) bootTill(host);
  };
  return {
    night_ms,
    begin() {
      schedule.at(random.int(500, 5_000), happen);
      schedule.at(2_000, watch);
      if (night_ms > 0) schedule.at(random.int(10_000, 25_000), fallAsleep);
    },
    heal() {
      isOver = true;
      central.disk.killAtStatement(Number.POSITIVE_INFINITY, { afterCommit: false });
      bootCentral();
      for (const host of tills) {
        host.disk.killAtWrite(Number.POSITIVE_INFINITY);
        host.disk.fault = 'none';
        Object.assign(host.link, goodLink());
        bootTill(host);
      }
    },
  };
}
