import type { DrillKind } from '../../protocol/index.js';
import type { DrillCounts, DrillRate, DrillReport } from '../../protocol/staff/index.js';

/** 97.5 % quantile of the normal distribution: a two-sided interval of 95 %. */
const z = 1.96;

/** Upper end of the score interval for a share (E. B. Wilson, 1927): what a share may be when few were counted. */
export function atMost(hits: number, count: number): number {
  const share = hits / count;
  const centre = share + z ** 2 / (2 * count);
  const half = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return Math.min(1, Math.max(share, (centre + half) / (1 + z ** 2 / count)));
}

export const noCounts: DrillCounts = { presented: 0, passed: 0, stopped: 0, noResponse: 0 };

export function addCounts(a: DrillCounts, b: DrillCounts): DrillCounts {
  return {
    presented: a.presented + b.presented,
    passed: a.passed + b.passed,
    stopped: a.stopped + b.stopped,
    noResponse: a.noResponse + b.noResponse,
  };
}

/** Attacks that got through (ISO/IEC 30107-3: APCER); one that the gate could not judge did not. */
export function apcerOf(counts: DrillCounts): DrillRate {
  return rateOf(counts, counts.passed);
}

/** People who were refused (BPCER), or left without an answer. */
export function bpcerOf(counts: DrillCounts): DrillRate {
  return rateOf(counts, counts.stopped + counts.noResponse);
}

function rateOf(counts: DrillCounts, errors: number): DrillRate {
  const { presented } = counts;
  if (presented === 0) return { counts };
  return { counts, rate: errors / presented, atMost: atMost(errors, presented) };
}

/** The figures of one gate from the counts of its drills. */
export function figuresOf(
  drills: readonly { readonly presented: DrillKind; readonly counts: DrillCounts }[],
): Pick<DrillReport, 'bpcer' | 'apcer' | 'worstApcer'> {
  const total = (kind: DrillKind): DrillCounts =>
    drills.filter(one => one.presented === kind).reduce((sum, one) => addCounts(sum, one.counts), noCounts);
  const apcer = (['print', 'screen', 'mask'] as const).map(presented => ({
    presented,
    ...apcerOf(total(presented)),
  }));
  const rates = apcer.flatMap(({ rate }) => rate ?? []);
  return {
    bpcer: bpcerOf(total('live')),
    apcer,
    ...(rates.length > 0 && { worstApcer: Math.max(...rates) }),
  };
}
