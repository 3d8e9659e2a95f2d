export { buildCentral, type CentralNeeds } from './app.js';
export { createFirstAdmin, createStaff, type NewStaff } from './auth/index.js';
export { type Clock, systemClock } from './clock.js';
export { CentralConfig, type ConfigSources, databaseFileOf, loadCentralConfig } from './config.js';
export { type DatabaseAddress, type Db, migrate, openDatabase } from './db/index.js';
export { centralErrors } from './errors.js';
export { type LedgerVerdict, verifyLedger } from './ledger/index.js';
export { type RunningCentral, startCentral } from './main.js';
