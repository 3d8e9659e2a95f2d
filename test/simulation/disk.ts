import Database from 'better-sqlite3';
import type { Random } from './random.js';

/** A till's process, from its start to its end. */
export interface Life {
  alive: boolean;
}

/** Thrown at whatever a process that is gone still tries to do. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** What a disk takes while it is full, or while it cannot tell. */
type Fault = 'none' | 'full' | 'uncertain';

/**
 * A disk in memory that survives the processes on it. What was committed stays; what was not is gone with the process. A process
 * can be made to end at any of its writes: before it, in the middle of a transaction, or just after the commit.
 */
export interface Disk {
  open(life: Life): Database.Database;
  /** Ends the process at the n-th write from now on. */
  killAtWrite(n: number): void;
  fault: Fault;
  /** Events that wait, and orders that are neither served nor over, read past all faults. */
  unsent(): number;
  unfinished(): number;
}

export function createDisk(options: {
  readonly image: Buffer;
  readonly random: Random;
  readonly onKill: () => void;
}): Disk {
  const raw = new Database(options.image);
  const { random, onKill } = options;
  const statements = new Map<string, Database.Statement>();
  let writesLeft = Number.POSITIVE_INFINITY;
  const count = (where: string): (() => number) => {
    const statement = raw.prepare<[], { n: number }>(`select count(*) as n from ${where}`);
    return () => statement.get()?.n ?? 0;
  };
  const disk: Disk = {
    unsent: count('outbox where outcome is null'),
    unfinished: count("orders where state in ('open', 'holding', 'held')"),
    fault: 'none',
    killAtWrite(n) {
      writesLeft = n;
    },
    open: life => wrap(life) as unknown as Database.Database,
  };

  const point = (life: Life): void => {
    if (!life.alive) throw new Gone('the process is gone');
    if (writesLeft-- > 0) return;
    writesLeft = Number.POSITIVE_INFINITY;
    onKill();
    throw new Gone('killed at a write');
  };
  const refuse = (): void => {
    if (disk.fault === 'full') throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
  };
  function wrap(life: Life) {
    return {
      prepare(sql: string) {
        const statement = statements.get(sql) ?? raw.prepare(sql);
        statements.set(sql, statement);
        const isRead = /^\s*select/.test(sql);
        const guarded =
          (name: 'run' | 'get' | 'all' | 'iterate') =>
          (...args: unknown[]): unknown => {
            if (!life.alive) throw new Gone('the process is gone');
            if (!isRead) {
              point(life);
              refuse();
            }
            return statement[name](...args);
          };
        return {
          ...{ run: guarded('run'), get: guarded('get') },
          ...{ all: guarded('all'), iterate: guarded('iterate') },
        };
      },
      transaction(work: () => unknown) {
        return {
          immediate(): unknown {
            point(life);
            const result = raw
              .transaction(() => {
                const given = work();
                point(life);
                return given;
              })
              .immediate();
            point(life);
            if (disk.fault === 'uncertain' && random.chance(0.5))
              throw Object.assign(new Error('was it written?'), { code: 'SQLITE_IOERR_FSYNC' });
            return result;
          },
        };
      },
      exec(sql: string): void {
        point(life);
        raw.exec(sql);
      },
      pragma: (): unknown => undefined,
      close(): void {},
    };
  }
  return disk;
}
