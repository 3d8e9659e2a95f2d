export { listEntries, readEntry } from './entries.js';
export { accessErrors } from './errors.js';
export { addAccessRoutes } from './routes.js';
export { type Access, createAccess } from './rules.js';
