/** Open-set search and verification figures of ISO/IEC 19795-1, from scores alone. */

/** How one approach searched the gallery. */
export interface SearchOutcome {
  /** Score of the best person of the gallery; −1 when the approach gave no template. */
  readonly top: number;
  /** Whether that best person is the one who walked up; false for non-mated approaches. */
  readonly topIsMate: boolean;
}

export interface OperatingPoint {
  /** The rate asked for. */
  readonly fpir: number;
  readonly threshold: number;
  readonly fnir: number;
}

/**
 * FNIR at a wanted FPIR. The threshold is the lowest score at which at most that share of the non-mated approaches finds somebody;
 * a mated approach is missed when its mate is not first or stays below the threshold (failures to acquire are misses).
 */
export function operatingPoint(
  fpir: number,
  mated: readonly SearchOutcome[],
  nonMated: readonly SearchOutcome[],
): OperatingPoint {
  const tops = nonMated.map(outcome => outcome.top).sort((a, b) => b - a);
  const allowed = Math.floor(fpir * tops.length + 1e-9);
  const firstRefused = tops[allowed];
  const threshold = firstRefused === undefined ? -1 : firstRefused + Number.EPSILON;
  return { fpir, threshold, fnir: openSetRates(threshold, mated, nonMated).fnir };
}

/** Both rates of an open-set search at a threshold. */
export function openSetRates(
  threshold: number,
  mated: readonly SearchOutcome[],
  nonMated: readonly SearchOutcome[],
): { readonly fpir: number; readonly fnir: number } {
  const found = nonMated.filter(({ top }) => top >= threshold).length;
  const missed = mated.filter(({ top, topIsMate }) => !topIsMate || top < threshold).length;
  return { fpir: ratio(found, nonMated.length), fnir: ratio(missed, mated.length) };
}

/** Share of the mated approaches whose mate is the best person. */
export function rankOne(mated: readonly SearchOutcome[]): number {
  return ratio(mated.filter(outcome => outcome.topIsMate).length, mated.length);
}

export interface ScoredPair {
  readonly fold: string;
  readonly same: boolean;
  readonly score: number;
}

export interface PairFigures {
  readonly n: number;
  /** Mean over the folds of the accuracy at the threshold that is best on all other folds. */
  readonly accuracy: number;
  /** Share of the same-person pairs accepted at the lowest threshold with FAR ≤ 0.1 %. */
  readonly tarAtFar1e3: number;
}

export function pairFigures(pairs: readonly ScoredPair[]): PairFigures {
  const folds = [...new Set(pairs.map(pair => pair.fold))];
  const accuracies = folds.map(fold => {
    const inside = pairs.filter(pair => pair.fold === fold);
    const outside = folds.length > 1 ? pairs.filter(pair => pair.fold !== fold) : inside;
    const threshold = bestThreshold(outside);
    return ratio(inside.filter(pair => pair.same === pair.score >= threshold).length, inside.length);
  });
  return {
    n: pairs.length,
    accuracy: ratio(
      accuracies.reduce((sum, one) => sum + one, 0),
      accuracies.length,
    ),
    tarAtFar1e3: tarAtFar(pairs, 0.001),
  };
}

export function tarAtFar(pairs: readonly ScoredPair[], far: number): number {
  const impostors = pairs
    .filter(pair => !pair.same)
    .map(pair => pair.score)
    .sort((a, b) => b - a);
  const firstRefused = impostors[Math.floor(far * impostors.length + 1e-9)];
  const genuine = pairs.filter(pair => pair.same);
  if (firstRefused === undefined) return genuine.length > 0 ? 1 : Number.NaN;
  return ratio(genuine.filter(pair => pair.score > firstRefused).length, genuine.length);
}

/** The score that separates most pairs rightly, half way between its two neighbours. */
function bestThreshold(pairs: readonly ScoredPair[]): number {
  const sorted = [...pairs].sort((a, b) => a.score - b.score);
  let right = sorted.filter(pair => pair.same).length;
  let best = { right, threshold: -Infinity };
  for (const [index, pair] of sorted.entries()) {
    right += pair.same ? -1 : 1;
    const next = sorted[index + 1]?.score ?? Infinity;
    if (right > best.right && next > pair.score) {
      best = { right, threshold: next === Infinity ? Infinity : (pair.score + next) / 2 };
    }
  }
  return best.threshold;
}

/** Counts of scores in [−1, 1], for rates over millions of comparisons. */
export interface ScoreHistogram {
  add(score: number): void;
  readonly total: number;
  /** Share of the scores that reach the threshold. */
  shareAtLeast(threshold: number): number;
}

const bins = 20_000;

export function createScoreHistogram(): ScoreHistogram {
  const counts = new Float64Array(bins + 1);
  let total = 0;
  return {
    add(score) {
      counts[binOf(score)] = (counts[binOf(score)] ?? 0) + 1;
      total++;
    },
    get total() {
      return total;
    },
    shareAtLeast(threshold) {
      let above = 0;
      for (let bin = binOf(threshold); bin <= bins; bin++) above += counts[bin] ?? 0;
      return ratio(above, total);
    },
  };
}

function binOf(score: number): number {
  return Math.min(bins, Math.max(0, Math.floor(((score + 1) / 2) * bins)));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}
