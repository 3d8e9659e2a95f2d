export { type Announcer, createAnnouncer } from './announcer.js';
export { screenErrors } from './errors.js';
export { buildScreenServer, type ScreenNeeds } from './server.js';
