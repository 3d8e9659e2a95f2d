import { Type } from 'typebox';
import { Id, Page } from '../../protocol/index.js';
import { Device, DeviceCreate, PairingCode } from '../../protocol/staff/index.js';
import { auditedBy } from '../audit/index.js';
import { allow, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import type { Devices } from './devices.js';
import type { DeviceViews } from './view.js';

/** What the console does with devices, below `/api/v1`. */
export function addDeviceStaffRoutes(
  app: CentralApp,
  { devices, views }: { devices: Devices; views: DeviceViews },
): void {
  const tags = ['devices'];
  const params = Type.Object({ id: Id });
  const onRequest = allow('admin');

  app.get(
    '/devices',
    { onRequest: allow('supervisor', 'canteen'), schema: { tags, response: { 200: Page(Device) } } },
    async () => ({ items: await views.list() }),
  );
  app.post(
    '/devices',
    { onRequest, schema: { tags, body: DeviceCreate, response: { 201: PairingCode } } },
    async (request, reply) =>
      reply.status(201).send(await devices.create(request.body, auditedBy(staffOf(request)))),
  );
  app.post(
    '/devices/:id/pairing-code',
    { onRequest, schema: { tags, params, response: { 200: PairingCode } } },
    request => devices.newPairingCode(request.params.id, auditedBy(staffOf(request))),
  );
  app.post(
    '/devices/:id/revoke',
    { onRequest, schema: { tags, params, response: { 200: Device } } },
    request => devices.revoke(request.params.id, auditedBy(staffOf(request))),
  );
}
