import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { createCanteen } from '../../central/canteen/index.js';
import type { CentralConfig } from '../../central/config.js';
import { createTestCentral, pair, type TestCentral } from '../../central/testing.js';
import { openStore } from '../../edge/store/index.js';
import { type ChangesPage, makePinVerifier, maskName, newId, signRequest } from '../../protocol/index.js';
import type { PairingCode, Person, PhoneInvitation } from '../../protocol/staff/index.js';

export interface SimulatedPerson {
  readonly id: string;
  /** As screens show it; each a different one. */
  readonly shownName: string;
  /** Wallet and subsidies together, at the beginning. */
  readonly money_minor: number;
  readonly isBlocked: boolean;
  /** Number of the person's card. */
  readonly card: string;
  readonly studentNumber: string;
  readonly pin: string;
  /** By which the person's phone signs its codes. */
  readonly phoneKey: KeyObject;
}

export interface SimulatedTill {
  readonly deviceId: string;
  readonly tillId: string;
  readonly privateKey: KeyObject;
  /** Its file as it is after the first pull. */
  readonly image: Buffer;
}

/** What every run begins with; made once a process. */
export interface Campus {
  readonly config: CentralConfig;
  readonly start_ms: number;
  readonly people: readonly SimulatedPerson[];
  readonly tills: readonly SimulatedTill[];
  readonly centralImage: Buffer;
  /** A folder in which `gallery.key` lies. */
  readonly keyFolder: string;
  close(): void;
}

/** Small, so that a run comes up against them. */
export const offlineLimits = {
  perMealLimit_minor: 3_000,
  perPersonDayLimit_minor: 5_000,
  tillTotalLimit_minor: 9_000,
  maxHours: 2,
} as const;

/** Meals above it ask for the PIN. */
export const pinAbove_minor = 3_000;

const tillCount = 3;
const pin = '274905';
/** scrypt's cheapest: a run checks many. */
const pinCost = 1_024;
const diners = [
  { name: 'Rich Ada', cash: '500', subsidy: undefined },
  { name: 'Fair Bob', cash: '60', subsidy: undefined },
  { name: 'Given Cleo', cash: '20', subsidy: '25' },
  { name: 'Poor Dora', cash: '8.50', subsidy: undefined },
  { name: 'Penniless Emil', cash: undefined, subsidy: undefined },
  { name: 'Blocked Finn', cash: '100', subsidy: undefined },
] as const;

/** Through the real central's console API: people, money, tills; then each till's first pull. */
export async function createCampus(): Promise<Campus> {
  const folder = mkdtempSync(join(tmpdir(), 'porter-simulation-'));
  const central = await createTestCentral({
    createLedger: createCanteen,
    config: {
      sessionHours: 168,
      payment: { cooldown_s: 60, pinAbove_minor, offline: { ...offlineLimits } } as CentralConfig['payment'],
    },
  });
  const people: SimulatedPerson[] = [];
  for (const diner of diners) people.push(await addDiner(central, diner));
  const tills: SimulatedTill[] = [];
  for (let i = 0; i < tillCount; i++) tills.push(await addTill(central, join(folder, `till-${i}`)));
  const file = join(folder, 'central.sqlite');
  await sql`vacuum into ${file}`.execute(central.db);
  const start_ms = central.clock.now().getTime() + 1_000;
  await central.close();
  const keyFolder = join(folder, 'till-0');
  for (const till of ['till-1', 'till-2']) rmSync(join(folder, till), { recursive: true });
  return {
    ...{ config: central.config, start_ms, people, tills, keyFolder },
    centralImage: imageOf(file),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function addDiner(central: TestCentral, { name, cash, subsidy }: (typeof diners)[number]) {
  const person: Person = await central.addEnrolled(name);
  const admin = await central.staff();
  const give = (path: string, body: object) =>
    admin.post(`/people/${person.id}/${path}`, { requestId: newId(), ...body });
  if (cash) await give('top-ups', { amount: cash });
  const expiresAt = new Date(central.clock.now().getTime() + 30 * 86_400_000).toISOString();
  if (subsidy) await give('subsidies', { amount: subsidy, reason: 'meals', expiresAt });
  const card = `CARD${name.replace(/\W/g, '').toUpperCase()}`;
  await admin.post(`/people/${person.id}/cards`, { number: card });
  await admin.call('PUT', `/people/${person.id}/pin`, { pin });
  const verifier = JSON.stringify(await makePinVerifier(pin, pinCost));
  await central.db.updateTable('person').set({ pin: verifier }).where('id', '=', person.id).execute();
  const phoneKey = await addPhone(central, person.id);
  const isBlocked = name.startsWith('Blocked');
  if (isBlocked) await admin.call('PATCH', `/people/${person.id}`, { status: 'blocked' });
  const money_minor = Math.round((Number(cash ?? 0) + Number(subsidy ?? 0)) * 100);
  const { id, studentNumber } = person;
  return { id, shownName: maskName(name), money_minor, isBlocked, card, studentNumber, pin, phoneKey };
}

/** As the page on the student's phone does it. */
async function addPhone(central: TestCentral, personId: string): Promise<KeyObject> {
  const admin = await central.staff();
  const { code } = await admin.post<PhoneInvitation>(`/people/${personId}/phone-invitations`, {});
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  await admin.post('/phones', { code, publicKey: spki });
  return privateKey;
}

/** Every till has the key of the first, so that all share one folder with it. */
async function addTill(central: TestCentral, folder: string): Promise<SimulatedTill> {
  const admin = await central.staff();
  const place = await central.addTill();
  const asked = { kind: 'till', name: `Device ${place.name}`, placeId: place.id };
  const { device, code } = await admin.post<PairingCode>('/devices', asked);
  const { privateKey } = await pair(central.app, code);
  const page = await pull(central, device.id, privateKey);
  mkdirSync(folder, { recursive: true });
  const first = join(folder, '..', 'till-0', 'gallery.key');
  if (!folder.endsWith('till-0')) copyFileSync(first, join(folder, 'gallery.key'));
  const clock = { now_ms: () => central.clock.now().getTime(), monotonic_ms: () => 0 };
  const gallery = { upsert: () => {}, remove: () => {}, setRevision: () => {} };
  const common = { folder, clock, newId, bootId: newId(), clockTrusted: () => true, gallery };
  const store = openStore(common);
  store.adopt(device.id);
  store.applyPage(page);
  store.close();
  return { deviceId: device.id, tillId: place.id, privateKey, image: imageOf(join(folder, 'edge.db')) };
}

async function pull(central: TestCentral, keyId: string, privateKey: KeyObject): Promise<ChangesPage> {
  const path = '/device/v1/gallery/changes?after=0&wait_ms=0&limit=200';
  const created_s = Math.floor(central.clock.now().getTime() / 1000);
  const nonce = randomBytes(12).toString('base64url');
  const given = { method: 'GET', path, body: Buffer.alloc(0), keyId, privateKey, created_s, nonce };
  const headers = signRequest(given);
  return (await central.app.inject({ method: 'GET', url: path, headers })).json<ChangesPage>();
}

/** A closed file's bytes, without its write-ahead log, to be opened in memory. */
function imageOf(file: string): Buffer {
  const db = new Database(file);
  db.pragma('journal_mode = DELETE');
  db.close();
  return readFileSync(file);
}
