import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { type Role, roles } from '../../protocol/staff/index.js';
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
 * A hook for `onRequest` of a route: these roles and `admin` may call it. Errors: `not_logged_in`, `forbidden_role`.
 */
export function allow(...roles: readonly Role[]): onRequestAsyncHookHandler {
  return async request => {
    const { role } = staffOf(request);
    if (role !== 'admin' && !roles.includes(role)) throw authErrors.forbidden_role();
  };
}

/** Whoever is logged in. */
export const allowStaff = (): onRequestAsyncHookHandler => allow(...roles);
