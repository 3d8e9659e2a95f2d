export { type Actor, type Audit, type AuditedAction, auditedBy, createAudit, systemActor } from './audit.js';
