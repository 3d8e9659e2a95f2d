import { expect, it } from 'vitest';
import { drillFigures } from './drill-figures.js';

const counts = { presented: 10, passed: 7, stopped: 2, noResponse: 1 };

it('counts as errors the people who were not let pass, and the attacks that were', () => {
  const figures = drillFigures({
    bpcer: { counts, rate: 0.3, atMost: 0.6 },
    apcer: [
      { presented: 'print', counts, rate: 0.7, atMost: 0.9 },
      { presented: 'mask', counts: { presented: 0, passed: 0, stopped: 0, noResponse: 0 } },
    ],
  });
  expect(figures).toMatchObject([
    { id: 'live', name: 'BPCER', presented: 10, errors: 3, rate: 0.3 },
    { id: 'print', name: 'APCER', presented: 10, errors: 7, rate: 0.7 },
    { id: 'mask', name: 'APCER', presented: 0, errors: 0, rate: undefined },
  ]);
});
