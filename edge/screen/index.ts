export { buildScreenServer, type ScreenNeeds } from './server.js';
