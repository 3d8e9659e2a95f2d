export { paymentErrors } from './errors.js';
export { refuseOffline } from './limits.js';
export {
  type Diner,
  decideTill,
  phaseOf,
  type TillEffect,
  type TillInput,
  type TillState,
} from './till.js';
