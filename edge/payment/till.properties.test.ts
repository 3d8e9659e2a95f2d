import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AuthoriseResponse } from '../../protocol/index.js';
import { evidence, idOf } from '../testing/faces.js';
import { decideTill } from './till.js';
import type { Diner, TillEffect, TillInput, TillState } from './till-types.js';

/** Which order an input is about: the one on the screen, or an earlier one whose message comes late. */
type Aim = 'current' | 'earlier';
type Move =
  /** What would happen next if all went well. */
  | { readonly kind: 'progress' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'start'; readonly amount_minor: number }
  | { readonly kind: 'diner'; readonly person: number; readonly offline: boolean }
  | { readonly kind: 'answer'; readonly aim: Aim; readonly how: 'yes' | 'no' | 'silence' }
  | { readonly kind: 'confirm'; readonly aim: Aim; readonly wrongAmount: boolean }
  | { readonly kind: 'disk'; readonly aim: Aim; readonly ok: boolean }
  | { readonly kind: 'settled' | 'cancel'; readonly aim: Aim }
  | { readonly kind: 'gone' | 'replaced' | 'tick' | 'problem' };

const aim = fc.constantFrom<Aim>('current', 'current', 'current', 'earlier');
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Move>({ kind: 'progress' }) },
  fc.record({
    kind: fc.constant('pass' as const),
    ms: fc.constantFrom(1, 500, 3_999, 4_000, 30_000, 60_000),
  }),
  fc.record({ kind: fc.constant('start' as const), amount_minor: fc.integer({ min: 1, max: 5_000 }) }),
  fc.record({
    kind: fc.constant('diner' as const),
    person: fc.integer({ min: 1, max: 3 }),
    offline: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    aim,
    how: fc.constantFrom('yes' as const, 'no' as const, 'silence' as const),
  }),
  fc.record({ kind: fc.constant('confirm' as const), aim, wrongAmount: fc.boolean() }),
  fc.record({ kind: fc.constant('disk' as const), aim, ok: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('settled' as const, 'cancel' as const), aim }),
  fc.record({ kind: fc.constantFrom('gone', 'replaced', 'tick', 'problem') }) as fc.Arbitrary<Move>,
);

const dinerOf = (person: number, offline: boolean): Diner => ({
  personId: idOf(person),
  displayName: `Person ${person}`,
  evidence,
  credential: person % 2 === 0 ? 'card' : 'face',
  ...(!offline && { refusedOffline: 'offline-limit' as const }),
});
const answerOf = (orderId: string, how: 'yes' | 'no' | 'silence'): AuthoriseResponse | undefined => {
  if (how === 'silence') return undefined;
  if (how === 'no') return { kind: 'declined', orderId, reason: 'insufficient-funds' };
  return { kind: 'authorised', orderId, balanceAfter_minor: 0 };
};

/** Watches what the till does and fails at the first breach. */
function createAuditor() {
  const onDisk = new Map<string, { amount_minor: number; personId?: string | undefined }>();
  const askedFor = new Map<string, string>();
  const committed = new Map<string, string>();
  const failed = new Set<string>();
  const stored = new Set<string>();
  const released = new Set<string>();
  return {
    input(input: TillInput): void {
      if (input.kind === 'write-failed') failed.add(input.orderId);
      if (input.kind === 'committed') stored.add(input.orderId);
    },
    effect(effect: TillEffect, before: TillState): void {
      const orderId = effect.kind === 'release' ? effect.orderId : effect.order.orderId;
      if (effect.kind === 'put-order') {
        const known = onDisk.get(orderId);
        if (known) expect(effect.order.amount_minor).toBe(known.amount_minor);
        else expect(effect.state).toBe('open');
        if (known?.personId !== undefined && effect.personId !== undefined)
          expect(effect.personId).toBe(known.personId);
        onDisk.set(orderId, {
          amount_minor: effect.order.amount_minor,
          personId: effect.personId ?? known?.personId,
        });
      } else if (effect.kind === 'authorise') {
        expect(askedFor.has(orderId), 'an order is authorised once').toBe(false);
        expect(onDisk.get(orderId)?.personId, 'on disk before it is asked for').toBe(effect.diner.personId);
        askedFor.set(orderId, effect.diner.personId);
      } else if (effect.kind === 'commit') {
        expect(committed.has(orderId), 'an order is committed once').toBe(false);
        expect(released.has(orderId), 'nothing is charged that was given up').toBe(false);
        expect(askedFor.get(orderId), 'charged is who was asked for').toBe(effect.diner.personId);
        expect(before).toMatchObject({
          name: 'confirm',
          order: { orderId, amount_minor: effect.order.amount_minor },
          diner: { personId: effect.diner.personId },
        });
        committed.set(orderId, effect.diner.personId);
      } else {
        expect(!committed.has(orderId) || failed.has(orderId), 'a charged meal is not released').toBe(true);
        released.add(orderId);
      }
    },
    state(state: TillState): void {
      if (state.name !== 'paid') return;
      expect(committed.get(state.order.orderId), 'paid is who confirmed').toBe(state.diner.personId);
      expect(stored.has(state.order.orderId), 'paid is on disk').toBe(true);
    },
  };
}

it('no sequence of events charges twice, charges another than was shown, or says paid without a commit', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), moves => {
      const auditor = createAuditor();
      const orderIds: string[] = [idOf(100)];
      let state: TillState = { name: 'idle' };
      let now_ms = 0;
      const aimed = (which: Aim): string => {
        const current = 'order' in state ? state.order.orderId : undefined;
        return (which === 'current' ? current : undefined) ?? orderIds.at(-2) ?? (orderIds[0] as string);
      };
      for (const one of moves) {
        if (one.kind === 'pass') {
          now_ms += one.ms;
          continue;
        }
        const fresh = idOf(101 + 2 * orderIds.length);
        const input = inputOf(one, state, aimed, idOf(100 + 2 * orderIds.length));
        auditor.input(input);
        const before = state;
        const step = decideTill(state, input, { now_ms, wall_ms: now_ms, freshOrderId: fresh });
        state = step.state;
        for (const effect of step.effects) auditor.effect(effect, before);
        auditor.state(state);
        if ('order' in state && !orderIds.includes(state.order.orderId)) orderIds.push(state.order.orderId);
      }
    }),
    { numRuns: 3_000 },
  );
});

function inputOf(
  move: Exclude<Move, { kind: 'pass' }>,
  state: TillState,
  aimed: (which: Aim) => string,
  newOrderId: string,
): TillInput {
  switch (move.kind) {
    case 'progress':
      return progress(state, newOrderId);
    case 'start':
      return { kind: 'start', orderId: newOrderId, amount_minor: move.amount_minor };
    case 'diner':
      return { kind: 'diner', diner: dinerOf(move.person, move.offline) };
    case 'answer': {
      const orderId = aimed(move.aim);
      return { kind: 'authorised', orderId, answer: answerOf(orderId, move.how) };
    }
    case 'confirm': {
      const shown = 'order' in state ? state.order.amount_minor : 1;
      const amount_minor = move.wrongAmount ? shown + 1 : shown;
      return { kind: 'confirm', orderId: aimed(move.aim), amount_minor };
    }
    case 'disk': {
      const orderId = aimed(move.aim);
      if (!move.ok) return { kind: 'write-failed', orderId, reason: 'disk-full' };
      return { kind: 'committed', orderId, paidAt: '2026-09-01T04:00:00.000Z' };
    }
    case 'settled':
      return { kind: 'settled', orderId: aimed(move.aim), balance_minor: 0 };
    case 'cancel':
      return { kind: 'cancel', orderId: aimed(move.aim) };
    case 'problem':
      return { kind: 'problem', problem: 'unknown-person' };
    default:
      return { kind: move.kind };
  }
}

function progress(state: TillState, newOrderId: string): TillInput {
  switch (state.name) {
    case 'waiting':
      return { kind: 'diner', diner: dinerOf(1, true) };
    case 'authorising':
      return {
        kind: 'authorised',
        orderId: state.order.orderId,
        answer: answerOf(state.order.orderId, 'yes'),
      };
    case 'confirm':
      return { kind: 'confirm', orderId: state.order.orderId, amount_minor: state.order.amount_minor };
    case 'paying':
      return { kind: 'committed', orderId: state.order.orderId, paidAt: '2026-09-01T04:00:00.000Z' };
    default:
      return { kind: 'start', orderId: newOrderId, amount_minor: 1_250 };
  }
}
