export { type ApproachPolicy, decideApproach, type LivenessPolicy, type Verdict } from './approach.js';
export { type Front, frontOf, isPresent } from './front.js';
export { hintFor } from './hint.js';
export { type CueName, type CuePolicy, cueNames, judgeLiveness, type TrackLiveness } from './liveness.js';
export { createObserver, type Observed, type Observer, type Sighting } from './observer.js';
export { judgePresentation } from './presentation.js';
export { likenessOf, type Track, updateTracks } from './track.js';
