export { createEnrolment, type Enrolment } from './enrolment.js';
export { enrolmentErrors } from './errors.js';
export { addPackRoutes } from './pack-routes.js';
export { createPacks } from './packs.js';
export { addEnrolmentRoutes } from './routes.js';
