export * from './core-tables.js';
export { bytesType, type DialectName, dialectOf, forbidChanges } from './dialect.js';
export { dbErrors } from './errors.js';
export { migrate } from './migrate.js';
export { type DatabaseAddress, openDatabase } from './open.js';
export type { Database, Db, Trx } from './schema.js';
