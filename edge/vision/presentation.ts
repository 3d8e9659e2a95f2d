import { agreeing, type LivenessPolicy, looksToRefuse, time_ms_toRefuse } from './approach.js';
import type { TrackLiveness } from './liveness.js';
import type { Track } from './track.js';

/**
 * What a gate's liveness alone would have made of an approach, whoever it was: `passed` as soon as a decision could have let
 * somebody in, `stopped` when it would have been refused.
 */
export function judgePresentation(options: {
  readonly track: Pick<Track, 'looks' | 'firstSeen_ms'>;
  readonly liveness: TrackLiveness;
  readonly policy: LivenessPolicy;
  readonly now_ms: number;
}): 'pending' | 'passed' | 'stopped' {
  const { track, liveness, policy, now_ms } = options;
  const seen_ms = now_ms - track.firstSeen_ms;
  const { observe_ms = 0 } = policy;
  if (track.looks.length < agreeing || seen_ms < observe_ms) return 'pending';
  if (!policy.required) return 'passed';
  if (liveness.score !== undefined && liveness.score >= policy.threshold) return 'passed';
  return track.looks.length >= looksToRefuse && seen_ms >= time_ms_toRefuse ? 'stopped' : 'pending';
}
