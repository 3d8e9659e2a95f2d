export { type AttemptLimit, createAttemptLimit } from './attempts.js';
export { authErrors } from './errors.js';
export { allow, allowStaff, type StaffIdentity, staffOf } from './roles.js';
export { addSessionRoutes } from './routes.js';
export { addSessionGuard, sessionCookie } from './session-guard.js';
export { createSessions, type Sessions } from './sessions.js';
export { createFirstAdmin, createStaff, type NewStaff } from './staff.js';
export { addStaffRoutes } from './staff-routes.js';
