import type { DrillKind } from '../../../protocol/events.js';
import type { DrillRate, DrillReport } from '../../../protocol/staff/index.js';

/** One line of a gate's figures. */
export interface DrillFigure {
  readonly id: DrillKind;
  readonly name: 'BPCER' | 'APCER';
  readonly presented: number;
  /** Attacks that passed; people who were refused or had no answer. */
  readonly errors: number;
  readonly rate: number | undefined;
  readonly atMost: number | undefined;
}

/** People first, then each kind of attack; kinds that were never presented say so by having no rate. */
export function drillFigures({ bpcer, apcer }: Pick<DrillReport, 'bpcer' | 'apcer'>): DrillFigure[] {
  const figure = (id: DrillKind, name: DrillFigure['name'], one: DrillRate, errors: number): DrillFigure => ({
    ...{ id, name, errors },
    presented: one.counts.presented,
    rate: one.rate,
    atMost: one.atMost,
  });
  return [
    figure('live', 'BPCER', bpcer, bpcer.counts.stopped + bpcer.counts.noResponse),
    ...apcer.map(one => figure(one.presented, 'APCER', one, one.counts.passed)),
  ];
}
