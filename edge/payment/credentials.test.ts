import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  codeLife_s,
  codeSkew_s,
  makePinVerifier,
  newId,
  payCodeBytes,
  payCodeText,
} from '../../protocol/index.js';
import { createMetrics } from '../metrics.js';
import { createManualClock } from '../testing/clock.js';
import { idOf, personOf } from '../testing/faces.js';
import { createRecordingLog } from '../testing/log.js';
import { identified, sightingAt } from '../testing/sightings.js';
import { openTestStore, tillSettings } from '../testing/store.js';
import { createFakeSync } from '../testing/sync.js';
import { createCounter } from './counter.js';

const disposals: (() => void)[] = [];
afterEach(() => {
  for (const dispose of disposals.splice(0)) dispose();
});
const coded = (code: string) => expect.objectContaining({ code });

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const phone = {
  keyId: idOf(900),
  publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
};
const payment = { offlineAllowed: true, perMealLimit_minor: 5_000, perDayLimit_minor: 10_000 };
const pin = await makePinVerifier('482915', 1_024);
/** Nobody here has given a face. */
const people = [
  personOf(1, { templates: [], payment: { ...payment, cards: ['04A2B3C4'] } }),
  personOf(2, { templates: [], payment: { ...payment, phones: [phone] } }),
  personOf(3, { templates: [], payment: { ...payment, pin } }),
  personOf(4, { templates: [], status: 'blocked', payment: { ...payment, cards: ['0BAD'] } }),
];

function setUp({
  clockTrusted = true,
  pinAbove_minor,
}: {
  clockTrusted?: boolean;
  pinAbove_minor?: number;
} = {}) {
  const clock = createManualClock();
  const sync = createFakeSync();
  const till = { ...tillSettings, ...(pinAbove_minor !== undefined && { pinAbove_minor }) };
  const { store, gallery, dispose } = openTestStore({
    ...{ clock, people, settings: { campus: 'Test Campus', till } },
  });
  disposals.push(dispose);
  const create = () =>
    createCounter({
      ...{ sync, gallery, clock, store, newId },
      settings: () => store.settings()?.till,
      clockTrusted: () => clockTrusted,
      offlineFor_ms: () => 0,
      requireDisk: () => {},
      log: createRecordingLog(),
      metrics: createMetrics(),
    });
  const meals = () => store.outbox.next(100).flatMap(({ body }) => (body.kind === 'meal' ? [body] : []));
  const codeOf = (personId = idOf(2), age_s = 0): string => {
    const issued_s = Math.round(clock.now_ms() / 1_000) - age_s;
    const signed = payCodeBytes({ personId, issued_s, codeId: randomBytes(8).toString('hex') });
    return payCodeText(signed, sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
  };
  return {
    ...{ clock, sync, store, create, meals, codeOf, counter: create() },
    beOffline() {
      sync.network = 'offline';
      sync.answer = async () => undefined;
    },
  };
}

describe('a card', () => {
  it('pays with one confirmation while nobody stands before a camera, or there is none', async () => {
    const { counter, clock, sync, meals } = setUp();
    const { orderId } = counter.start('12.50');
    counter.present('04 a2 b3 c4');
    await clock.advance(5_000);
    counter.tick();
    expect(counter.phase()).toMatchObject({ name: 'confirm', orderId, credential: 'card' });
    expect(sync.asked.at(-1)).toMatchObject({ orderId, personId: idOf(1), credential: 'card' });
    counter.confirm(orderId, 1_250);
    expect(meals()).toMatchObject([{ orderId, personId: idOf(1), credential: 'card', mode: 'online' }]);
    expect(meals()[0]).not.toHaveProperty('evidence');
  });

  it('pays offline within the same limits as a face', async () => {
    const { counter, clock, meals, beOffline } = setUp();
    beOffline();
    const { orderId } = counter.start('12.50');
    counter.present('04A2B3C4');
    await clock.advance(2_000);
    counter.confirm(orderId, 1_250);
    expect(meals()).toMatchObject([{ mode: 'offline' }]);
    counter.start('31');
    counter.present('04A2B3C4');
    await clock.advance(2_000);
    expect(counter.phase()).toMatchObject({ name: 'declined', reason: 'offline-limit' });
  });

  it('that is unknown, blocked, or comes while somebody is paying is refused and changes nothing', async () => {
    const { counter, clock } = setUp();
    expect(() => counter.present('04A2B3C4')).not.toThrow();
    expect(counter.phase().name).toBe('idle');
    const { orderId } = counter.start('12.50');
    expect(() => counter.present('FFFF0000')).toThrow(coded('card_unknown'));
    expect(() => counter.present('0BAD')).toThrow(coded('person_blocked'));
    expect(() => counter.present('??')).toThrow(coded('card_number_malformed'));
    expect(counter.phase()).toMatchObject({ name: 'waiting', orderId });
    counter.present('04A2B3C4');
    await clock.advance(10);
    expect(() => counter.present('04A2B3C4')).toThrow(coded('credential_not_now'));
    counter.seen(sightingAt(clock, { track: 1, verdict: identified(2) }));
    expect(counter.phase()).toMatchObject({ name: 'confirm', orderId, displayName: 'Person 1' });
  });

  it('asks for the PIN above the amount, and cannot pay without', async () => {
    const { counter, clock } = setUp({ pinAbove_minor: 1_000 });
    const { orderId } = counter.start('12.50');
    counter.present('04A2B3C4');
    await clock.advance(10);
    expect(() => counter.confirm(orderId, 1_250)).toThrow(coded('pin_required'));
  });
});

describe("a phone's code", () => {
  it('pays without the network, once', async () => {
    const { counter, clock, meals, codeOf, beOffline } = setUp();
    beOffline();
    const code = codeOf();
    const { orderId } = counter.start('12.50');
    counter.present(code);
    await clock.advance(2_000);
    counter.confirm(orderId, 1_250);
    expect(meals()).toMatchObject([{ personId: idOf(2), credential: 'code', mode: 'offline' }]);
    counter.start('2');
    expect(() => counter.present(code)).toThrow(coded('code_used'));
  });

  it('is used up by a crash too', () => {
    const { counter, create, codeOf } = setUp();
    const code = codeOf();
    counter.start('12.50');
    counter.present(code);
    const afterwards = create();
    afterwards.start('12.50');
    expect(() => afterwards.present(code)).toThrow(coded('code_used'));
  });

  it('is refused when it is old, from the future, of another phone or altered', () => {
    const { counter, codeOf } = setUp();
    counter.start('12.50');
    const longest_s = codeLife_s + codeSkew_s;
    expect(() => counter.present(codeOf(idOf(2), longest_s + 2))).toThrow(coded('code_expired'));
    expect(() => counter.present(codeOf(idOf(2), -codeSkew_s - 2))).toThrow(coded('code_expired'));
    expect(() => counter.present(codeOf(idOf(1)))).toThrow(coded('code_unknown'));
    expect(() => counter.present(`${codeOf().slice(0, -3)}AAA`)).toThrow(coded('code_unknown'));
    expect(() => counter.present('PORTER1ABC')).toThrow(coded('code_malformed'));
    counter.present(codeOf(idOf(2), longest_s - 2));
  });

  it('is not taken by a till that is not sure of the time', () => {
    const { counter, codeOf } = setUp({ clockTrusted: false });
    counter.start('12.50');
    expect(() => counter.present(codeOf())).toThrow(coded('code_needs_clock'));
  });
});

describe('a student number with its PIN', () => {
  it('pays, and is not asked for the PIN again above the amount', async () => {
    const { counter, clock, meals } = setUp({ pinAbove_minor: 1_000 });
    const { orderId } = counter.start('12.50');
    await counter.presentNumber(orderId, 's000003', '482915');
    await clock.advance(10);
    counter.confirm(orderId, 1_250);
    expect(meals()).toMatchObject([{ personId: idOf(3), credential: 'number' }]);
  });

  it('does not tell whether the number or the PIN is wrong, and takes few tries', async () => {
    const { counter } = setUp();
    const { orderId } = counter.start('12.50');
    const wrong = coded('number_or_pin_wrong');
    await expect(counter.presentNumber(orderId, 'S000003', '000000')).rejects.toEqual(wrong);
    await expect(counter.presentNumber(orderId, 'S999999', '482915')).rejects.toEqual(wrong);
    await expect(counter.presentNumber(orderId, 'S000001', '482915')).rejects.toEqual(wrong);
    for (let i = 0; i < 2; i++)
      await expect(counter.presentNumber(orderId, 'S999999', '1')).rejects.toEqual(wrong);
    await expect(counter.presentNumber(orderId, 'S000003', '482915')).rejects.toEqual(
      coded('number_too_often'),
    );
  });

  it('stays locked over a restart of the till', async () => {
    const { counter, create } = setUp();
    const { orderId } = counter.start('12.50');
    for (let i = 0; i < 3; i++)
      await expect(counter.presentNumber(orderId, 'S000003', '000000')).rejects.toEqual(
        coded('number_or_pin_wrong'),
      );
    const afterwards = create();
    const again = afterwards.start('12.50');
    await expect(afterwards.presentNumber(again.orderId, 'S000003', '482915')).rejects.toEqual(
      coded('pin_locked'),
    );
  });
});
