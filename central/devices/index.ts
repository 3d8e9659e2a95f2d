export { createChanges } from './changes.js';
export type {
  CreateLedger,
  LedgerModule,
  LedgerNeeds,
  MealSink,
  MealToPost,
  PostedMeal,
} from './contracts.js';
export { addDeviceRoutes } from './device-routes.js';
export { createDevices, type Devices } from './devices.js';
export { deviceErrors } from './errors.js';
export { createIngest } from './ingest.js';
export { startDeviceMonitor } from './monitor.js';
export { createPairing } from './pairing.js';
export { deviceOf, type SigningDevice } from './request.js';
export { addDeviceStaffRoutes } from './staff-routes.js';
export { createStatusIntake } from './status.js';
export { createDeviceViews, type DeviceViews, onlineFor_ms, stateOf } from './view.js';
