export { decideAccess } from './decide.js';
export { createDoor, type Door } from './door.js';
export { createDrill, type Drill } from './drill.js';
export { doorErrors } from './errors.js';
export { createGate, type Gate } from './gate.js';
export { createOnoffRelay, createSimulatedRelay, guardRelay, type SafeRelay } from './relay.js';
