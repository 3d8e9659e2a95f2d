import { Type } from 'typebox';
import { LoginRequest, Session } from '../../protocol/staff/index.js';
import { type Audit, auditedBy } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { CentralConfig } from '../config.js';
import type { Db } from '../db/index.js';
import type { CentralApp } from '../http/index.js';
import { createAttemptLimit } from './attempts.js';
import { authErrors } from './errors.js';
import { type StaffIdentity, staffOf } from './roles.js';
import { sessionCookie } from './session-guard.js';
import type { Sessions } from './sessions.js';
import { checkLogin, normaliseUsername } from './staff.js';

const window_ms = 15 * 60_000;
const triesPerUser = 10;
const triesPerAddress = 50;

export interface SessionRouteNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly sessions: Sessions;
  readonly config: CentralConfig;
}

export function addSessionRoutes(app: CentralApp, needs: SessionRouteNeeds): void {
  const { db, clock, audit, sessions, config } = needs;
  const perUser = createAttemptLimit({ db, clock, window_ms, tries: triesPerUser });
  const perAddress = createAttemptLimit({ db, clock, window_ms, tries: triesPerAddress });
  const sessionOf = (user: StaffIdentity): Session => ({ user, campus: config.campus, demo: config.demo });
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: config.secureCookie } as const;

  app.post(
    '/session',
    { schema: { tags: ['session'], body: LoginRequest, response: { 200: Session } } },
    async (request, reply) => {
      const userKey = `login:user:${normaliseUsername(request.body.username)}`;
      const addressKey = `login:address:${request.ip}`;
      const minutes = Math.max(await perUser.take(userKey), await perAddress.take(addressKey));
      if (minutes > 0) throw authErrors.too_many_attempts({ minutes });
      const staff = await checkLogin(db, request.body);
      if (!staff) throw authErrors.wrong_login();
      await perUser.clear(userKey);
      await perAddress.clear(addressKey);
      const { token, expiresAt } = await sessions.start(staff.id);
      await audit.record(db, auditedBy(staff), {
        action: 'log-in',
        subjectKind: 'staff',
        subjectId: staff.id,
      });
      reply.setCookie(sessionCookie, token, { ...cookie, expires: expiresAt });
      return sessionOf(staff);
    },
  );

  app.get('/session', { schema: { tags: ['session'], response: { 200: Session } } }, async request =>
    sessionOf(staffOf(request)),
  );

  app.delete(
    '/session',
    { schema: { tags: ['session'], response: { 204: Type.Null() } } },
    async (request, reply) => {
      const token = request.cookies[sessionCookie];
      if (token !== undefined) await sessions.end(token);
      return reply.clearCookie(sessionCookie, cookie).status(204).send(null);
    },
  );
}
