export { createEnrolment, type Enrolment } from './enrolment.js';
export { enrolmentErrors } from './errors.js';
export { addEnrolmentRoutes } from './routes.js';
