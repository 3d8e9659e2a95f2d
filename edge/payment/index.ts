export { type Counter, type CounterNeeds, createCounter } from './counter.js';
export { paymentErrors } from './errors.js';
