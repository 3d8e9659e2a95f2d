export { createDrills, type Drills, runningDrill, storePresentation } from './drills.js';
export { drillErrors } from './errors.js';
export { addDrillRoutes } from './routes.js';
export type { DrillTables } from './tables.js';
