import { Type } from 'typebox';
import { Id } from '../common.js';

export const roles = ['admin', 'enrolment', 'supervisor', 'canteen', 'finance'] as const;
export const Role = Type.Union([
  Type.Literal('admin'),
  Type.Literal('enrolment'),
  Type.Literal('supervisor'),
  Type.Literal('canteen'),
  Type.Literal('finance'),
]);
export type Role = Type.Static<typeof Role>;

/** `POST /api/v1/session` — sets the cookie `porter_session`. Errors: `wrong_login`, `too_many_attempts`. */
export const LoginRequest = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
});
export type LoginRequest = Type.Static<typeof LoginRequest>;

/** Also `GET /api/v1/session`; 401 `not_logged_in` when there is none. `DELETE` logs out. */
export const Session = Type.Object({
  user: Type.Object({ id: Id, username: Type.String(), name: Type.String(), role: Role }),
  campus: Type.String(),
  /** True in the demo: the console shows the demo hints. */
  demo: Type.Boolean(),
});
export type Session = Type.Static<typeof Session>;

/** `GET|POST /api/v1/staff` — who may log in; for administrators. Errors: `username_taken`. */
export const StaffUser = Type.Object({ id: Id, username: Type.String(), name: Type.String(), role: Role });
export type StaffUser = Type.Static<typeof StaffUser>;
export const StaffCreate = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S+$' }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  role: Role,
  password: Type.String({ minLength: 8, maxLength: 200 }),
});
export type StaffCreate = Type.Static<typeof StaffCreate>;
