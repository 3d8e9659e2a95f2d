export { addLiveRoute, mayReceive } from './live-route.js';
export { addSummaryRoute } from './summary.js';
