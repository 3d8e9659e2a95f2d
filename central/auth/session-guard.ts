import type { FastifyRequest } from 'fastify';
import type { CentralApp } from '../http/index.js';
import { authErrors } from './errors.js';
import type { Sessions } from './sessions.js';

export const sessionCookie = 'porter_session';

/** Fills in `request.staff` from the cookie, and refuses what another site may have sent. */
export function addSessionGuard(app: CentralApp, sessions: Sessions): void {
  app.addHook('onRequest', async request => {
    refuseCrossSite(request);
    const token = request.cookies[sessionCookie];
    request.staff = token === undefined ? null : await sessions.find(token);
  });
}

/**
 * The cookie is SameSite=Strict; beside it, a change must carry what a foreign page's form cannot send: a JSON
 * content type or the header `x-porter-request`.
 */
function refuseCrossSite(request: FastifyRequest): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
  if (isForeign || (!isJson && request.headers['x-porter-request'] !== '1')) {
    throw authErrors.cross_site_request();
  }
}
