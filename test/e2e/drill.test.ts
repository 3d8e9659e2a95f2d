import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device, Drill, DrillReport, Entry } from '../../protocol/staff/index.js';
import { type DemoCampus, startDemo } from '../support/demo.js';
import { eventually } from '../support/eventually.js';

/** A drill from the console's API to the gate and back, against the built program. */

let demo: DemoCampus;
let gate: Device;
beforeAll(async () => {
  demo = await startDemo();
  const { items } = await demo.api.get<{ items: Device[] }>('/devices');
  gate = items.find(one => one.kind === 'gate')!;
  await demo.gate.post('/api/demo', { actor: 'nobody' });
}, 180_000);
afterAll(() => demo?.close());

const entries = async (): Promise<number> =>
  (await demo.api.get<{ items: Entry[] }>('/entries?limit=200')).items.length;
const report = () => demo.api.get<DrillReport>(`/devices/${gate.id}/drills`);
const nobody = async (): Promise<void> => {
  await demo.gate.post('/api/demo', { actor: 'nobody' });
  await demo.gate.until(
    'nobody in view',
    ({ demo: stage, faceBox }) => stage?.current === 'nobody' && !faceBox,
  );
};

test('in a drill whoever comes is judged and nobody is let in; afterwards the gate is a gate again', async () => {
  await nobody();
  await demo.gate.until('idle', state => state.phase.name === 'idle');
  const before = await entries();
  const drill = await demo.api.send<Drill>('POST', `/devices/${gate.id}/drills`, { presented: 'live' });
  await demo.gate.until('told of the drill', state => state.phase.name === 'drill');

  // Somebody who comes back at once would still be at the same approach.
  for (const [index, actor] of ['resident-3', 'resident-2'].entries()) {
    const count = index + 1;
    await demo.gate.post('/api/demo', { actor });
    const { phase } = await demo.gate.until(
      `presentation ${count}`,
      state => state.phase.name === 'drill' && state.phase.count === count,
    );
    expect(phase).toMatchObject({ presented: 'live', last: 'passed' });
    await nobody();
  }
  const figures = await eventually(5_000, async () => {
    const { bpcer } = await report();
    return bpcer.counts.presented === 2 ? bpcer : undefined;
  });
  expect(figures).toMatchObject({ rate: 0, counts: { passed: 2, stopped: 0, noResponse: 0 } });
  expect(await entries()).toBe(before);

  await demo.api.send('POST', `/drills/${drill.id}/end`, {});
  await demo.gate.until('a gate again', state => state.phase.name === 'idle');
  await demo.gate.post('/api/demo', { actor: 'resident-4' });
  await demo.gate.until('granted', state => state.phase.name === 'granted');
  expect((await report()).drills).toMatchObject([{ running: false, counts: { presented: 2 } }]);
});
