export { type Client, createClient } from './client.js';
export { syncErrors } from './errors.js';
export { type Fetch, Refusal } from './http.js';
export { type Identity, loadIdentity, pairDevice } from './identity.js';
export { createSync } from './sync.js';
