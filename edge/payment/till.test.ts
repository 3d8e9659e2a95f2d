import { describe, expect, it } from 'vitest';
import { evidence, idOf } from '../testing/faces.js';
import { phaseOf } from './phase.js';
import { confirm_ms, decideTill, goneGrace_ms, outcome_ms, waiting_ms } from './till.js';
import type { Diner, TillEffect, TillInput, TillState } from './till-types.js';

const orderId = idOf(100);
const freshOrderId = idOf(200);
const wall_ms = Date.parse('2026-09-01T04:00:00Z');
const anna: Diner = { personId: idOf(1), displayName: 'Anna W.', evidence, credential: 'face' };
const bo: Diner = { personId: idOf(2), displayName: 'Bo', evidence, credential: 'face' };
const carl: Diner = { personId: idOf(3), displayName: 'Carl', credential: 'card' };

const start: TillInput = { kind: 'start', orderId, amount_minor: 1_250 };
const authorised: TillInput = {
  kind: 'authorised',
  orderId,
  answer: { kind: 'authorised', orderId, balanceAfter_minor: 8_750 },
};
const silence: TillInput = { kind: 'authorised', orderId, answer: undefined };
const confirm: TillInput = { kind: 'confirm', orderId, amount_minor: 1_250 };
const committed: TillInput = { kind: 'committed', orderId, paidAt: '2026-09-01T04:00:05.000Z' };

/** Runs inputs, each with the ms that pass before it. */
function run(...script: (TillInput | number)[]) {
  let state: TillState = { name: 'idle' };
  let now_ms = 5_000;
  const effects: TillEffect[] = [];
  let refusal: string | undefined;
  for (const step of script) {
    if (typeof step === 'number') {
      now_ms += step;
      continue;
    }
    const next = decideTill(state, step, { now_ms, wall_ms: wall_ms + now_ms, freshOrderId });
    state = next.state;
    refusal = next.refusal;
    effects.push(...next.effects);
  }
  return { state, effects, refusal, phase: phaseOf(state) };
}
const kinds = (effects: readonly TillEffect[]) =>
  effects.map(one => (one.kind === 'put-order' ? `put ${one.state}` : one.kind));
const seen = (diner: Diner): TillInput => ({ kind: 'diner', diner });
const asked = [start, seen(anna), authorised];

describe('an order', () => {
  it('paid online: on disk before anything is asked, paid only once committed', () => {
    expect(kinds(run(start).effects)).toEqual(['put open']);
    expect(kinds(run(start, seen(anna)).effects)).toEqual(['put open', 'put holding', 'authorise']);
    expect(run(...asked).phase).toMatchObject({
      name: 'confirm',
      displayName: 'Anna W.',
      amount_minor: 1_250,
      mode: 'online',
      balanceAfter_minor: 8_750,
    });
    const paying = run(...asked, confirm);
    expect(kinds(paying.effects)).toEqual(['put open', 'put holding', 'authorise', 'put held', 'commit']);
    expect(paying.phase.name).toBe('paying');
    expect(run(...asked, confirm, committed).phase).toMatchObject({
      name: 'paid',
      order: { orderId, displayName: 'Anna W.', mode: 'online', paidAt: '2026-09-01T04:00:05.000Z' },
    });
  });

  it('that central does not answer in time goes on offline under the same id', () => {
    const { effects, phase } = run(start, seen(anna), silence, confirm);
    expect(effects.at(-1)).toMatchObject({ kind: 'commit', mode: 'offline', order: { orderId } });
    expect(phase.name).toBe('paying');
    expect(run(start, seen(anna), silence).phase).not.toHaveProperty('balanceAfter_minor');
  });

  it('that may not be served offline is declined, and the hold that may stand is given back', () => {
    const poor: Diner = { ...anna, refusedOffline: 'offline-limit' };
    const { effects, phase } = run(start, seen(poor), silence);
    expect(kinds(effects)).toEqual(['put open', 'put holding', 'authorise', 'put declined', 'release']);
    expect(phase).toMatchObject({ name: 'declined', reason: 'offline-limit', displayName: 'Anna W.' });
  });

  it('that central declines is declined, also where it might be served offline', () => {
    const declined: TillInput = {
      kind: 'authorised',
      orderId,
      answer: { kind: 'declined', orderId, reason: 'insufficient-funds' },
    };
    const { effects, phase } = run(start, seen(anna), declined);
    expect(kinds(effects)).not.toContain('release');
    expect(phase).toMatchObject({ name: 'declined', reason: 'insufficient-funds' });
  });

  it('shows the balance that central tells after posting, also when the next screen has come', () => {
    const settled: TillInput = { kind: 'settled', orderId, balance_minor: 8_750 };
    expect(run(...asked, confirm, committed, settled).phase).toMatchObject({
      order: { balance_minor: 8_750 },
    });
    expect(run(...asked, confirm, committed, outcome_ms, { kind: 'tick' }, settled).phase).toMatchObject({
      name: 'idle',
      lastPaid: { orderId, balance_minor: 8_750 },
    });
  });

  it('is refused while another is open, and taken after each kind of end', () => {
    const next: TillInput = { kind: 'start', orderId: freshOrderId, amount_minor: 100 };
    for (const open of [[start], [start, seen(anna)], asked, [...asked, confirm]]) {
      expect(run(...open, next).refusal).toBe('order_in_progress');
    }
    expect(run(...asked, confirm, committed, next).phase).toMatchObject({ orderId: freshOrderId });
    expect(run(start, { kind: 'cancel', orderId }, next).phase).toMatchObject({ name: 'waiting' });
  });
});

describe('a confirmation', () => {
  it('counts once: twice, or again after the screen has gone on, changes nothing and is no error', () => {
    for (const again of [
      run(...asked, confirm, confirm),
      run(...asked, confirm, committed, confirm),
      run(...asked, confirm, committed, outcome_ms, confirm),
    ]) {
      expect(kinds(again.effects).filter(kind => kind === 'commit')).toHaveLength(1);
      expect(again.refusal).toBeUndefined();
    }
  });

  it('is bound to the order and to the amount that were shown', () => {
    expect(run(...asked, { ...confirm, orderId: idOf(9) } as TillInput).refusal).toBe('wrong_order');
    expect(run(...asked, { ...confirm, amount_minor: 1 } as TillInput).refusal).toBe('amount_changed');
    expect(run(...asked, { ...confirm, amount_minor: 1 } as TillInput).phase.name).toBe('confirm');
  });

  it('without anything to confirm is refused', () => {
    expect(run(confirm).refusal).toBe('no_order');
    expect(run(start, confirm).refusal).toBe('no_order');
    expect(run(start, seen(anna), confirm).refusal).toBe('no_order');
  });

  it('that comes a moment after the time is up is too late, though no tick was in between', () => {
    const late = run(...asked, confirm_ms, confirm);
    expect(late.refusal).toBe('no_order');
    expect(late.phase).toEqual({ name: 'cancelled', reason: 'timeout' });
    expect(kinds(late.effects)).not.toContain('commit');
    expect(kinds(late.effects)).toContain('release');
  });

  it('that the disk does not take serves nothing', () => {
    const failed = run(...asked, confirm, { kind: 'write-failed', orderId, reason: 'disk-full' });
    expect(failed.phase).toMatchObject({ name: 'declined', reason: 'disk-full' });
    expect(failed.effects.at(-1)).toEqual({ kind: 'release', orderId });
    const late = run(...asked, confirm, { kind: 'write-failed', orderId, reason: 'disk-full' }, committed);
    expect(late.phase.name).toBe('declined');
  });
});

describe('a diner', () => {
  it('who looks twice is asked once', () => {
    const { effects } = run(start, seen(anna), seen(anna), authorised, seen(anna), seen(anna));
    expect(kinds(effects).filter(kind => kind === 'authorise')).toHaveLength(1);
  });

  it('who looks down for three seconds and up again is still asked', () => {
    const gone: TillInput = { kind: 'gone' };
    const back = run(...asked, gone, goneGrace_ms - 1, gone, seen(anna), goneGrace_ms, { kind: 'tick' });
    expect(back.phase).toMatchObject({ name: 'confirm', orderId });
  });

  it('who walks away pays nothing: the amount waits for the next one under another key', () => {
    const { phase, effects } = run(...asked, { kind: 'gone' }, goneGrace_ms, { kind: 'tick' });
    expect(phase).toEqual({ name: 'waiting', orderId: freshOrderId, amount_minor: 1_250 });
    expect(kinds(effects).slice(-3)).toEqual(['put cancelled', 'release', 'put open']);
    expect(effects.at(-1)).toMatchObject({ order: { orderId: freshOrderId } });
    expect(run(...asked, { kind: 'gone' }, goneGrace_ms, confirm).refusal).toBe('no_order');
  });

  it('whose place another takes is not charged for that one: the confirmation is void at once', () => {
    for (const other of [seen(bo), { kind: 'replaced' } as const]) {
      const { phase, refusal, effects } = run(...asked, other, confirm);
      expect(phase).toMatchObject({ name: 'waiting', orderId: freshOrderId });
      expect(refusal).toBe('no_order');
      expect(kinds(effects)).not.toContain('commit');
    }
  });

  it('who was recognised too late is not charged for an order that was cancelled meanwhile', () => {
    const { phase, effects } = run(start, seen(anna), { kind: 'cancel', orderId }, authorised);
    expect(phase).toEqual({ name: 'cancelled', reason: 'cashier' });
    expect(kinds(effects)).toEqual(['put open', 'put holding', 'authorise', 'put cancelled', 'release']);
  });

  it('is told what is wrong, until stepping away', () => {
    const problem: TillInput = { kind: 'problem', problem: 'several-faces' };
    expect(run(start, problem).phase).toMatchObject({ name: 'waiting', problem: 'several-faces' });
    expect(run(start, problem, { kind: 'gone' }).phase).not.toHaveProperty('problem');
    expect(run(...asked, problem).phase.name).toBe('confirm');
  });
});

describe('time', () => {
  it('cancels an amount that nobody comes for', () => {
    const { phase, effects } = run(start, waiting_ms, { kind: 'tick' });
    expect(phase).toEqual({ name: 'cancelled', reason: 'timeout' });
    expect(kinds(effects)).toEqual(['put open', 'put cancelled']);
  });

  it('takes an outcome off the screen; the receipt stays as the last one paid', () => {
    expect(run(start, { kind: 'cancel', orderId }, outcome_ms, { kind: 'tick' }).phase).toEqual({
      name: 'idle',
    });
    expect(run(...asked, confirm, committed, outcome_ms, { kind: 'tick' }).phase).toMatchObject({
      name: 'idle',
      lastPaid: { orderId, amount_minor: 1_250 },
    });
  });

  it('shows until when the diner may confirm, by the wall clock', () => {
    expect(run(...asked).phase).toMatchObject({
      expiresAt: new Date(wall_ms + 5_000 + confirm_ms).toISOString(),
    });
  });
});

describe('cancelling', () => {
  it('gives back a hold that may stand', () => {
    expect(kinds(run(...asked, { kind: 'cancel', orderId }).effects).at(-1)).toBe('release');
    expect(kinds(run(start, { kind: 'cancel', orderId }).effects)).not.toContain('release');
  });

  it('comes too late for a meal that is paid, and does not undo it', () => {
    const { phase, effects, refusal } = run(...asked, confirm, committed, { kind: 'cancel', orderId });
    expect(phase.name).toBe('paid');
    expect(refusal).toBeUndefined();
    expect(kinds(effects)).not.toContain('release');
  });

  it('of another order than the one on the screen is refused', () => {
    expect(run(start, { kind: 'cancel', orderId: idOf(9) }).refusal).toBe('wrong_order');
    expect(run({ kind: 'cancel', orderId }).refusal).toBe('wrong_order');
  });
});

describe('somebody with a card', () => {
  const asked = [start, { kind: 'diner', diner: carl }, authorised] as const satisfies TillInput[];

  it('is not charged to, nor driven away by, a face that comes into view meanwhile', () => {
    const { state } = run(...asked, { kind: 'diner', diner: anna }, { kind: 'replaced' });
    expect(state).toMatchObject({ name: 'confirm', order: { orderId }, diner: carl });
  });

  it('does not walk away because the camera sees nobody', () => {
    const { state } = run(...asked, { kind: 'gone' }, goneGrace_ms * 2, { kind: 'tick' });
    expect(state).toMatchObject({ name: 'confirm', order: { orderId }, diner: carl });
    expect(run(...asked, confirm_ms, { kind: 'tick' }).state).toMatchObject({ name: 'cancelled' });
  });
});
