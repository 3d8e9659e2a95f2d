import type { EnrolmentResult } from '../../../protocol/staff/index.js';
import { ApiError } from '../api.js';
import { percent } from '../format.js';
import { type Words, wordFor } from '../words/index.js';

/** What came of a photo, in words. */
export interface Outcome {
  readonly ok: boolean;
  readonly title: string;
  readonly text: string;
  /** What is wrong with the photo and what to do about it. */
  readonly reasons: readonly string[];
  /** Refused only because somebody else looks so. */
  readonly isDuplicate: boolean;
}

export function outcomeOfResult({ verdict }: EnrolmentResult, words: Words): Outcome {
  return {
    ok: true,
    title: words('enrolledOk'),
    text: words('verdict', {
      grade: wordFor(words, 'grade', verdict.grade),
      percent: percent(verdict.score, words.language),
    }),
    reasons: reasonTexts(verdict.reasons, words),
    isDuplicate: false,
  };
}

export function outcomeOfError(error: Error, words: Words): Outcome {
  const code = error instanceof ApiError ? error.code : '';
  const reasons = error instanceof ApiError ? reasonsIn(error) : [];
  return {
    ok: false,
    title: words('enrolFailed'),
    // The message names the reasons by their codes; below they are named in words.
    text: reasons.length > 0 ? wordFor(words, 'quality', 'too_low') : error.message,
    reasons: reasonTexts(reasons, words),
    isDuplicate: code === 'duplicate_face',
  };
}

function reasonsIn({ params }: ApiError): readonly string[] {
  const { reasons } = params;
  return Array.isArray(reasons) ? reasons.map(String) : [];
}

/** "the picture is blurred. Hold still, and clean the lens." */
function reasonTexts(reasons: readonly string[], words: Words): readonly string[] {
  return reasons.map(reason => {
    const advice = wordFor(words, 'advice', reason);
    const what = wordFor(words, 'reason', reason);
    return advice === reason ? what : words('reasonAndAdvice', { what, advice });
  });
}
