import type { ScreenState } from '../../protocol/index.js';
import type { Face, QualityReason } from '../../vision/index.js';

type Hint = NonNullable<ScreenState['hint']>;

const hints: Readonly<Record<QualityReason, Hint>> = {
  'too-small': 'come-closer',
  'too-large': 'step-back',
  'turned-away': 'look-at-camera',
  'looking-up-or-down': 'look-at-camera',
  tilted: 'look-at-camera',
  blurred: 'hold-still',
  'too-dark': 'too-dark',
  'too-bright': 'too-bright',
  'low-contrast': 'too-dark',
  'outside-frame': 'step-back',
  covered: 'uncover-face',
  'uncertain-detection': 'look-at-camera',
};

/** What would help most; nothing when the face is good enough to be matched. */
export function hintFor(face: Face): Hint | undefined {
  const [worst] = face.quality.reasons;
  return face.quality.grade === 'poor' && worst ? hints[worst] : undefined;
}
