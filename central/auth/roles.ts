import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Role } from '../../protocol/staff/index.js';
import { authErrors } from './errors.js';

/** Who is logged in. */
export interface StaffIdentity {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
}

declare module 'fastify' {
  interface FastifyRequest {
    staff: StaffIdentity | null;
  }
}

/** Errors: `not_logged_in`. */
export function staffOf(request: FastifyRequest): StaffIdentity {
  if (!request.staff) throw authErrors.not_logged_in();
  return request.staff;
}

/**
 * A hook for `onRequest` of a route: these roles and `admin` may call it; without roles, whoever is logged in.
 * Errors: `not_logged_in`, `forbidden_role`.
 */
export function allow(...roles: readonly Role[]): onRequestAsyncHookHandler {
  return async request => {
    const { role } = staffOf(request);
    if (role === 'admin' || roles.length === 0 || roles.includes(role)) return;
    throw authErrors.forbidden_role();
  };
}
