import { Page } from '../../protocol/index.js';
import { StaffCreate, StaffUser } from '../../protocol/staff/index.js';
import { type Audit, auditedBy } from '../audit/index.js';
import type { CentralApp } from '../http/index.js';
import { allow, staffOf } from './roles.js';
import { createStaff, type StaffNeeds } from './staff.js';

/** `GET|POST /api/v1/staff`: who may log in. */
export function addStaffRoutes(app: CentralApp, needs: StaffNeeds & { audit: Audit }): void {
  const { db, audit } = needs;
  const tags = ['staff'];
  app.get(
    '/staff',
    { onRequest: allow('admin'), schema: { tags, response: { 200: Page(StaffUser) } } },
    async () => ({
      items: await db
        .selectFrom('staff_user')
        .select(['id', 'username', 'name', 'role'])
        .orderBy('id')
        .execute(),
    }),
  );
  app.post(
    '/staff',
    { onRequest: allow('admin'), schema: { tags, body: StaffCreate, response: { 201: StaffUser } } },
    async (request, reply) => {
      const staff = await createStaff(needs, request.body);
      await audit.record(db, auditedBy(staffOf(request)), {
        action: 'create-staff',
        subjectKind: 'staff',
        subjectId: staff.id,
        detail: { username: staff.username, role: staff.role },
      });
      return reply.status(201).send(staff);
    },
  );
}
