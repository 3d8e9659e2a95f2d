export { type AccessDecision, type AccessQuestion, decideAccess, localMoment } from './decide.js';
export { createDoor, type Door } from './door.js';
export { doorErrors } from './errors.js';
export { createOnoffRelay, createSimulatedRelay } from './relay.js';
