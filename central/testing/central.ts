import {
  type DeviceKind,
  generateDeviceKey,
  newId,
  type PairResponse,
  pairingProof,
} from '../../protocol/index.js';
import type { AccessPoint, PairingCode, Person, Role, Till } from '../../protocol/staff/index.js';
import { buildCentral } from '../app.js';
import { createStaff } from '../auth/index.js';
import { type CentralConfig, loadCentralConfig } from '../config.js';
import type { Db } from '../db/index.js';
import type { CreateLedger } from '../devices/index.js';
import type { CentralApp } from '../http/index.js';
import { createLiveBus, type LiveBus } from '../live.js';
import { createFakeClock, type FakeClock } from './clock.js';
import { createTestDatabase, type TestDatabase, type TestDialect } from './database.js';
import { createTestDevice, type TestDevice } from './device.js';
import { createNoLedger } from './no-ledger.js';
import { createTestStaff, type TestStaff } from './staff.js';
import { createFakeVision, fakePackId, fakePhoto } from './vision.js';

export interface TestCentral {
  readonly app: CentralApp;
  readonly db: Db;
  readonly database: TestDatabase;
  readonly clock: FakeClock;
  readonly live: LiveBus;
  readonly config: CentralConfig;
  /** Logs in as a role; the user is made at the first call. */
  staff(role?: Role): Promise<TestStaff>;
  addPerson(
    change?: Partial<{ studentNumber: string; name: string; building: string; birthDate: string }>,
  ): Promise<Person>;
  /** A person with consent for doors and payment and one template. */
  addEnrolled(who: string, change?: { building?: string }): Promise<Person>;
  addAccessPoint(name?: string): Promise<AccessPoint>;
  /** Inserted directly: the route belongs to the ledger's part. */
  addTill(name?: string): Promise<Till>;
  /** Makes the place, the device, and pairs it. */
  addDevice(kind: DeviceKind): Promise<TestDevice>;
  close(): Promise<void>;
}

export interface TestCentralOptions {
  readonly dialect?: TestDialect;
  readonly config?: Partial<CentralConfig>;
  readonly createLedger?: CreateLedger;
  readonly consoleDirectory?: string;
  /** When the clock stands (RFC 3339). */
  readonly startAt?: string;
}

const password = 'correct horse battery';

/** A whole central on a database of its own, with made-up vision and a clock that stands still. */
export async function createTestCentral(options: TestCentralOptions = {}): Promise<TestCentral> {
  const database = await createTestDatabase(options.dialect);
  const { db } = database;
  const clock = createFakeClock(options.startAt);
  const live = createLiveBus();
  const config = loadCentralConfig({ overrides: { packId: fakePackId, ...options.config } });
  const app = await buildCentral({
    config,
    db,
    clock,
    live,
    vision: createFakeVision(),
    templateKey: Buffer.alloc(32, 7),
    centralPublicKey: generateDeviceKey().publicKeyBase64,
    createLedger: options.createLedger ?? createNoLedger,
    checkAnswers: true,
    consoleDirectory: options.consoleDirectory ?? '/nonexistent',
  });
  await app.ready();
  const staffOf = new Map<Role, Promise<TestStaff>>();
  let count = 0;

  const central: TestCentral = {
    app,
    db,
    database,
    clock,
    live,
    config,
    staff: (role = 'admin') => {
      const known = staffOf.get(role) ?? logIn(app, { db, clock, role });
      staffOf.set(role, known);
      return known;
    },
    addPerson: async (change = {}) => {
      count += 1;
      const made = { studentNumber: `S${count}`, name: `Person ${count}`, ...change };
      return (await central.staff()).post<Person>('/people', made);
    },
    addEnrolled: async (who, change = {}) => {
      const admin = await central.staff();
      const person = await central.addPerson({ name: who, ...change });
      for (const purpose of ['door', 'payment']) {
        await admin.call('PUT', `/people/${person.id}/consents/${purpose}`, {
          granted: true,
          givenBy: 'person',
        });
      }
      const answer = await admin.uploadPhoto(person.id, fakePhoto(who));
      if (answer.status !== 201) throw new Error(`enrolment failed: ${answer.code}`);
      return (await admin.get<Person>(`/people/${person.id}`)).body;
    },
    addAccessPoint: async name => {
      count += 1;
      const made = { name: name ?? `Gate ${count}` };
      return (await central.staff()).post<AccessPoint>('/access-points', made);
    },
    addTill: async name => {
      count += 1;
      const till = { id: newId(), name: name ?? `Till ${count}`, canteen: 'North' };
      const perMealLimit_minor = 10_000;
      await db
        .insertInto('till')
        .values({ ...till, per_meal_limit_minor: perMealLimit_minor, created_at: clock.now().toISOString() })
        .execute();
      return { ...till, perMealLimit_minor };
    },
    addDevice: async kind => {
      const place = kind === 'gate' ? await central.addAccessPoint() : await central.addTill();
      const admin = await central.staff();
      const body = { kind, name: `${kind} at ${place.name}`, placeId: place.id };
      const { device, code } = await admin.post<PairingCode>('/devices', body);
      const { privateKey } = await pair(app, code);
      return createTestDevice({ app, clock, id: device.id, placeId: place.id, privateKey });
    },
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
  return central;
}

/** Pairs as a new device does; throws unless central agrees. */
export async function pair(app: CentralApp, code: string) {
  const { privateKey, publicKeyBase64 } = generateDeviceKey();
  const response = await app.inject({
    method: 'POST',
    url: '/device/v1/pair',
    payload: {
      code,
      publicKey: publicKeyBase64,
      proof: pairingProof({ code, publicKeyBase64, privateKey }),
      hostname: 'test',
      softwareVersion: '0',
    },
  });
  if (response.statusCode !== 200) throw new Error(`pairing was refused: ${response.payload}`);
  return { privateKey, publicKeyBase64, answer: response.json<PairResponse>() };
}

async function logIn(
  app: CentralApp,
  { db, clock, role }: { db: Db; clock: FakeClock; role: Role },
): Promise<TestStaff> {
  await createStaff({ db, clock, newId }, { username: role, name: role, role, password });
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { username: role, password },
  });
  const cookie = response.cookies.find(candidate => candidate.name === 'porter_session');
  if (!cookie) throw new Error(`log-in failed: ${response.payload}`);
  return createTestStaff(app, `porter_session=${cookie.value}`);
}
