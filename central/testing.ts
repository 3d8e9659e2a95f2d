/** For tests alone: a central in this process, with made-up vision and clock. */
export * from './testing/central.js';
export * from './testing/clock.js';
export * from './testing/database.js';
export * from './testing/device.js';
export * from './testing/staff.js';
export * from './testing/suites.js';
export * from './testing/vision.js';
