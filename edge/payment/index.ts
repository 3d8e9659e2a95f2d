export { type Cashier, type CashierNeeds, type CashierPolicy, createCashier } from './cashier.js';
export { type Charge, pricesAt } from './charge.js';
export { type Counter, type CounterNeeds, createCounter } from './counter.js';
export { paymentErrors } from './errors.js';
