export type { CentralApp } from './app-type.js';
export { addConsole } from './console.js';
export { decodeCursor, encodeCursor, toPage } from './cursor.js';
export { handleError, handleNotFound } from './error-handler.js';
export { httpErrors } from './errors.js';
export { addOpenApi } from './openapi.js';
export { addSecurityHeaders } from './security-headers.js';
export { checkedSerializer, plainSerializer } from './serialization.js';
export { compileValidator, firstProblem, InvalidInput, parse } from './validation.js';
