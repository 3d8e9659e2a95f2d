/** Prints as JSON what discovery finds; run as a process of its own, in a network of its own. */
import { discoverCameras } from '../discovery.js';

const [first, second] = await Promise.all([
  discoverCameras({ timeout_ms: 1_500 }),
  discoverCameras({ timeout_ms: 1_500 }),
]);
console.log(JSON.stringify({ first, second, again: await discoverCameras({ timeout_ms: 1_000 }) }));
