export { type Credentials, createCredentials } from './credentials.js';
export { waysErrors } from './errors.js';
export { addCredentialRoutes } from './routes.js';
