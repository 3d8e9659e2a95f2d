export * from './canteen.js';
export * from './devices.js';
export * from './drills.js';
export * from './finance.js';
export * from './live.js';
export * from './people.js';
export * from './records.js';
export * from './session.js';
