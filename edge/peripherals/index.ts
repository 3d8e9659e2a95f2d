export { peripheralErrors } from './errors.js';
export { parsePort } from './port.js';
export { createReader, type Reader } from './reader.js';
