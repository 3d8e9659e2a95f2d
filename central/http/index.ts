export type { CentralApp } from './app-type.js';
export { decodeCursor, encodeCursor, toPage } from './cursor.js';
export { handleError, handleNotFound } from './error-handler.js';
export { httpErrors } from './errors.js';
export { addSecurityHeaders } from './security-headers.js';
export { compileValidator, firstProblem, InvalidInput, parse } from './validation.js';
