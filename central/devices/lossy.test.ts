import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBatchResult } from '../../protocol/index.js';
import { createTestCentral, someEvidence } from '../testing.js';

/** What may befall a batch on its way: sent from an index, so long, so often, its answer perhaps lost. */
const delivery = fc.record({
  back: fc.nat(4),
  length: fc.integer({ min: 1, max: 6 }),
  copies: fc.integer({ min: 1, max: 3 }),
  isAnswerLost: fc.boolean(),
});

test('whatever is lost, doubled or sent out of order, each event takes effect once and in order', async () => {
  const central = await createTestCentral();
  const count = 12;
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { maxLength: 12 }), async deliveries => {
      const gate = await central.addDevice('gate');
      const events = Array.from({ length: count }, () =>
        gate.event({
          kind: 'access',
          accessPointId: gate.placeId,
          decision: 'grant',
          reason: 'granted',
          credential: 'face',
          evidence: someEvidence,
        }),
      );
      let settled = 0;
      const send = async (from: number, length: number) => {
        const body = { events: events.slice(from, from + length) };
        const answer = await gate.send<EventBatchResult>('/device/v1/events', { body });
        return answer.status === 200 ? answer.body.results : [];
      };
      for (const { back, length, copies, isAnswerLost } of deliveries) {
        // A device never sends beyond what it has; it may send again what central already has.
        const from = Math.min(count - 1, Math.max(0, settled - back + (isAnswerLost ? 2 : 0)));
        const answers = await Promise.all(Array.from({ length: copies }, () => send(from, length)));
        if (isAnswerLost) continue;
        for (const result of answers.flat()) settled = Math.max(settled, result.sequence);
      }
      while (settled < count) {
        for (const result of await send(settled, 5)) {
          expect(['stored', 'duplicate']).toContain(result.outcome);
          settled = Math.max(settled, result.sequence);
        }
      }
      const stored = await central.db
        .selectFrom('device_event')
        .select(['id'])
        .where('device_id', '=', gate.id)
        .orderBy('sequence')
        .execute();
      expect(stored.map(row => row.id)).toEqual(events.map(event => event.id));
      const entries = await central.db
        .selectFrom('access_entry')
        .select('id')
        .where('device_id', '=', gate.id)
        .execute();
      expect(entries).toHaveLength(count);
    }),
    { numRuns: 30 },
  );
  await central.close();
});
