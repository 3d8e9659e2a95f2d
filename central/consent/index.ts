export { type Consents, createConsents } from './consents.js';
export { consentErrors } from './errors.js';
export { addConsentRoutes } from './routes.js';
