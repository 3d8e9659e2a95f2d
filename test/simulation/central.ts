import { createAudit } from '../../central/audit/index.js';
import type { StaffIdentity } from '../../central/auth/index.js';
import { createCanteen } from '../../central/canteen/index.js';
import type { CentralConfig } from '../../central/config.js';
import type { Db } from '../../central/db/index.js';
import {
  addDeviceRoutes,
  createChanges,
  createDeviceViews,
  createIngest,
  createStatusIntake,
} from '../../central/devices/index.js';
import { createGallery, createVault } from '../../central/gallery/index.js';
import { createLiveBus } from '../../central/live.js';
import { addPeopleRoutes, createPeople } from '../../central/people/index.js';
import { type CentralDisk, createCentralDisk } from './central-disk.js';
import { Gone, type Life } from './disk.js';
import { type Answer, createRoutes, type Routes } from './routes.js';
import type { Schedule } from './schedule.js';

export const templateKey = Buffer.alloc(32, 7);

const staff: StaffIdentity = {
  id: '01a20000-0000-7000-8000-0000000000ff',
  username: 'desk',
  name: 'Desk',
  role: 'admin',
};

/** The real central of a simulation: its routes over a database in memory, without an HTTP server. */
export interface SimulatedCentral {
  readonly disk: CentralDisk;
  /** Undefined: it is down, or went down meanwhile. */
  fromDevice(request: DeviceRequest): Promise<Answer | undefined>;
  fromDesk(method: 'POST' | 'PATCH', path: string, body: object): Promise<Answer | undefined>;
  kill(): void;
  /** Starts it unless it runs. */
  boot(): Promise<void>;
  database(): Db;
}

export interface DeviceRequest {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function createSimulatedCentral(options: {
  readonly image: Buffer;
  readonly config: CentralConfig;
  readonly schedule: Schedule;
  readonly start_ms: number;
  readonly newId: () => string;
  readonly onKill: () => void;
}): SimulatedCentral {
  const { config, schedule, start_ms, newId } = options;
  const clock = { now: () => new Date(start_ms + schedule.now_ms) };
  let life: Life = { alive: false };
  let db: Db | undefined;
  let routes: Routes | undefined;

  const kill = (): void => {
    life.alive = false;
    void routes?.close();
    routes = undefined;
    options.onKill();
  };
  const disk = createCentralDisk({ image: options.image, onKill: kill });

  /** What central's application puts together, less what no till ever asks for. */
  const assemble = async (): Promise<Routes> => {
    const live = createLiveBus();
    const { app, ...rest } = createRoutes();
    db = disk.open(life);
    const shared = { db, clock, newId, live, config, audit: createAudit({ clock, newId }) };
    const { perMealLimit_minor, perDayLimit_minor } = config.payment;
    const payment = { perMealLimit_minor, perDayLimit_minor };
    const gallery = await createGallery({ db, newId, live, vault: createVault(templateKey), payment });
    const parts = { ...shared, gallery };
    const views = createDeviceViews(parts);
    const ledger = await createCanteen(parts);
    await ledger.staffRoutes(app);
    addPeopleRoutes(app, { db, packId: config.packId, people: createPeople(parts) });
    await addDeviceRoutes(app, {
      ...parts,
      ledger,
      pair: () => Promise.reject(new Error('all devices are paired')),
      readChanges: createChanges(parts),
      ingest: createIngest({ ...parts, views, mealSink: ledger.mealSink }),
      takeStatus: createStatusIntake({ ...parts, views, ledger }),
    });
    return { app, ...rest };
  };
  const answered = async (ask: (routes: Routes) => Promise<Answer>): Promise<Answer | undefined> => {
    const asked = life;
    if (!routes) return undefined;
    try {
      const answer = await ask(routes);
      return asked.alive ? answer : undefined;
    } catch (error) {
      if (!asked.alive || error instanceof Gone) return undefined;
      // What it has just written is not there: no fault of the code under test.
      if (disk.losesCommits) return undefined;
      throw error;
    }
  };
  return {
    disk,
    kill,
    database() {
      if (!db) throw new Error('central never ran');
      return db;
    },
    async boot() {
      if (life.alive) return;
      const begun: Life = { alive: true };
      life = begun;
      try {
        routes = await assemble();
      } catch (error) {
        if (begun.alive) throw error;
      }
    },
    fromDevice: ({ method, url, headers, body }) => {
      const { pathname, searchParams } = new URL(url, 'http://central');
      const path = pathname.slice('/device/v1'.length);
      const asked = Object.fromEntries([...searchParams].map(([name, value]) => [name, asNumber(value)]));
      // A long poll has waited on its way already.
      const query = { ...asked, wait_ms: 0 };
      const parsed: unknown = body.length > 0 ? JSON.parse(body.toString()) : undefined;
      const request = {
        method,
        headers,
        body: parsed,
        query,
        raw: { url, once: () => {} },
        rawBody: body,
        ip: '',
      };
      return answered(routes => routes.call(method, path, request));
    },
    fromDesk: (method, path, body) =>
      answered(routes => routes.call(method, path, { body, staff, headers: {} })),
  };
}

const asNumber = (text: string): string | number => (/^\d{1,15}$/.test(text) ? Number(text) : text);
