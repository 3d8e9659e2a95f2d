import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cast, type demoCampus, renderEnrolmentPhoto } from '../../fixtures/index.js';
import { type DeviceKind, newId } from '../../protocol/index.js';
import type { AccessPoint, Device, PairingCode, Person, Till } from '../../protocol/staff/index.js';
import type { StaffApi } from '../api.js';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface Logins {
  readonly admin: Login;
  readonly supervisor: Login;
  readonly canteen: Login;
}

/** Sets the campus up through the same API that staff use. */
export async function seedCampus(options: {
  readonly api: StaffApi;
  readonly campus: typeof demoCampus;
  readonly logins: Logins;
  readonly progress: (line: string) => void;
}): Promise<void> {
  const { api, campus, logins, progress } = options;
  for (const role of ['supervisor', 'canteen'] as const) {
    await api.send('POST', '/staff', { ...logins[role], name: `Demo ${role}`, role });
  }
  const { name, zone, direction, building } = campus.accessPoint;
  const door = await api.send<AccessPoint>('POST', '/access-points', { name, zone, direction });
  await api.send('POST', '/access-rules', {
    accessPointId: door.id,
    subject: { kind: 'building', building },
    windows: [],
  });
  const till = await api.send<Till>('POST', '/tills', { ...campus.till });
  await api.send('POST', '/devices', { kind: 'gate', name, placeId: door.id });
  await api.send('POST', '/devices', { kind: 'till', name: campus.till.name, placeId: till.id });
  progress(`${name}, ${campus.till.canteen}`);
  for (const { actor, topUp, ...data } of campus.people) {
    const person = await api.send<Person>('POST', '/people', data);
    for (const purpose of ['door', 'payment'] as const) {
      const consent = { granted: true, givenBy: 'person', noticeVersion: '1' };
      await api.send('PUT', `/people/${person.id}/consents/${purpose}`, consent);
    }
    const form = new FormData();
    form.append('photo', new Blob([new Uint8Array(await renderEnrolmentPhoto(actor))]), `${actor}.jpg`);
    await api.upload(`/people/${person.id}/enrolments`, form);
    await api.send('POST', `/people/${person.id}/top-ups`, { requestId: newId(), amount: topUp });
    progress(`${data.studentNumber} ${data.name}, ${data.building}`);
  }
}

/** One-time codes for the demo's devices that are not paired yet. */
export async function pairingCodes(options: {
  readonly api: StaffApi;
  readonly isPaired: (kind: DeviceKind) => boolean;
}): Promise<Partial<Record<DeviceKind, string>>> {
  const { items } = await options.api.get<{ items: Device[] }>('/devices');
  const codes: Partial<Record<DeviceKind, string>> = {};
  for (const kind of ['gate', 'till'] as const) {
    const device = items.find(one => one.kind === kind);
    if (!device || options.isPaired(kind)) continue;
    const { code } = await options.api.send<PairingCode>('POST', `/devices/${device.id}/pairing-code`);
    codes[kind] = code;
  }
  return codes;
}

/** Portraits of everybody in the demo, to enrol by hand; the stranger's is the one that is not enrolled yet. */
export async function writePhotos(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { id } of cast)
    writeFileSync(join(folder, `${id}.jpg`), await renderEnrolmentPhoto(id), { mode: 0o600 });
}
