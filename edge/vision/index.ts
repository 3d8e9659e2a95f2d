export { type ApproachPolicy, decideApproach, type LivenessPolicy, type Verdict } from './approach.js';
export { hintFor } from './hint.js';
export { type Track, updateTracks } from './track.js';
