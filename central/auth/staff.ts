import { randomBytes } from 'node:crypto';
import type { Role } from '../../protocol/staff/index.js';
import type { Clock } from '../clock.js';
import type { Db } from '../db/index.js';
import { authErrors } from './errors.js';
import { hashPassword, verifyPassword } from './password.js';
import type { StaffIdentity } from './roles.js';

export const minPasswordLength = 8;

export interface NewStaff {
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly password: string;
}

export interface StaffNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
}

export const normaliseUsername = (username: string): string =>
  username.normalize('NFKC').trim().toLowerCase();

/** Errors: `username_taken`, `password_too_short`. */
export async function createStaff({ db, clock, newId }: StaffNeeds, staff: NewStaff): Promise<StaffIdentity> {
  if (staff.password.length < minPasswordLength) {
    throw authErrors.password_too_short({ length: minPasswordLength });
  }
  const identity = {
    id: newId(),
    username: normaliseUsername(staff.username),
    name: staff.name,
    role: staff.role,
  };
  const password_hash = await hashPassword(staff.password);
  const inserted = await db
    .insertInto('staff_user')
    .values({ ...identity, password_hash, created_at: clock.now().toISOString() })
    .onConflict(conflict => conflict.column('username').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) throw authErrors.username_taken({ username: identity.username });
  return identity;
}

/**
 * Makes `admin` when there is no staff yet. Gives the password to show once, `undefined` when there is staff or
 * when the configuration names the password.
 */
export async function createFirstAdmin(
  needs: StaffNeeds & { configuredPassword?: string | undefined },
): Promise<string | undefined> {
  const someone = await needs.db.selectFrom('staff_user').select('id').limit(1).executeTakeFirst();
  if (someone) return undefined;
  const password = needs.configuredPassword ?? randomBytes(12).toString('base64url');
  await createStaff(needs, { username: 'admin', name: 'Administrator', role: 'admin', password });
  return needs.configuredPassword === undefined ? password : undefined;
}

export async function checkLogin(
  db: Db,
  login: { username: string; password: string },
): Promise<StaffIdentity | undefined> {
  const row = await db
    .selectFrom('staff_user')
    .selectAll()
    .where('username', '=', normaliseUsername(login.username))
    .executeTakeFirst();
  const correct = await verifyPassword(login.password, row?.password_hash);
  if (!row || !correct) return undefined;
  return { id: row.id, username: row.username, name: row.name, role: row.role };
}
