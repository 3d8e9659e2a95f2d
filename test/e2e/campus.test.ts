import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAmount } from '../../protocol/index.js';
import type { Account, Entry, Person, Transfer } from '../../protocol/staff/index.js';
import { type DemoCampus, isEmpty, startDemo } from '../support/demo.js';
import { eventually } from '../support/eventually.js';

/** The README's steps 1 to 5 against the built program: central, gate and till as processes of their own. */

let demo: DemoCampus;
beforeAll(async () => {
  demo = await startDemo();
}, 180_000);
afterAll(() => demo?.close());

const entries = (query = ''): Promise<Entry[]> =>
  demo.api.get<{ items: Entry[] }>(`/entries?limit=200${query}`).then(page => page.items);
const meals = (): Promise<Transfer[]> =>
  demo.api.get<{ items: Transfer[] }>('/transfers?kind=meal&limit=200').then(page => page.items);
const personByNumber = async (studentNumber: string): Promise<Person> => {
  const { items } = await demo.api.get<{ items: Person[] }>(`/people?query=${studentNumber}`);
  return demo.api.get<Person>(`/people/${items[0]!.id}`);
};
const balance = async (studentNumber: string): Promise<number> => {
  const { id } = await personByNumber(studentNumber);
  return (await demo.api.get<Account>(`/people/${id}/account`)).balance_minor;
};

/** Lets one actor walk up to the gate, after whoever was there has left. */
async function walkUp(actor: string): Promise<void> {
  await demo.gate.post('/api/demo', { actor: 'nobody' });
  await demo.gate.until('nobody in view', state => isEmpty(state) && state.phase.name === 'idle');
  await demo.gate.post('/api/demo', { actor });
}

async function standAtTill(actor: string): Promise<void> {
  await demo.till.post('/api/demo', { actor });
  if (actor === 'nobody') await demo.till.until('nobody in view', isEmpty);
}

test('a resident is let in with the masked name, and the console has the entry within a second', async () => {
  await walkUp('resident-3');
  // Whoever was in the last picture before may still be granted in between.
  await demo.gate.until(
    'granted with the masked name',
    ({ phase }) => phase.name === 'granted' && phase.displayName === '陈*梅',
  );
  const [entry] = await eventually(1_000, async () => {
    const found = (await entries('&decision=grant')).filter(one => one.personName === '陈晓梅');
    return found.length > 0 ? found : undefined;
  });
  expect(entry).toMatchObject({ decision: 'grant', reason: 'granted', studentNumber: '2026003' });
});

test('a stranger is refused, and so is a person of another building, with the reason', async () => {
  await walkUp('stranger');
  const refused = await demo.gate.until('refused', state => state.phase.name === 'denied');
  expect(refused.phase).toMatchObject({ reason: 'unknown-person' });
  await walkUp('other-building');
  const elsewhere = await demo.gate.until(
    'refused with a name',
    state => state.phase.name === 'denied' && state.phase.reason === 'no-permission',
  );
  expect(elsewhere.phase).toMatchObject({ displayName: 'Clara H.' });
});

test('a diner pays once, however often the button is pressed', async () => {
  const before_minor = await balance('2026002');
  await standAtTill('nobody');
  const { orderId } = await demo.till.post<{ orderId: string }>('/api/order', { amount: '12.50' });
  await standAtTill('resident-2');
  const asked = await demo.till.until('asking for confirmation', state => state.phase.name === 'confirm');
  expect(asked.phase).toMatchObject({ orderId, amount_minor: 1250, displayName: 'Sofia M.', mode: 'online' });
  const confirm = () => demo.till.post('/api/order/confirm', { orderId, amount_minor: 1250 });
  await Promise.all([confirm(), confirm(), confirm()]);
  const paid = await demo.till.until(
    'paid with a balance',
    state => state.phase.name === 'paid' && state.phase.order.balance_minor !== undefined,
  );
  expect(paid.phase).toMatchObject({ order: { orderId, balance_minor: before_minor - 1250 } });
  await confirm();
  expect((await meals()).filter(meal => meal.orderId === orderId)).toHaveLength(1);
  expect(await balance('2026002')).toBe(before_minor - 1250);
});

test('a diner who walks away before confirming does not pay, and looking at the camera does not either', async () => {
  const before = await meals();
  const { orderId } = await demo.till.post<{ orderId: string }>('/api/order', { amount: '8' });
  await standAtTill('resident-2');
  const asked = await demo.till.until('asking for confirmation', state => state.phase.name === 'confirm');
  expect(asked.phase).toMatchObject({ displayName: 'Sofia M.' });
  await standAtTill('nobody');
  await demo.till.until(
    'no longer asking',
    state => state.phase.name === 'waiting' || state.phase.name === 'cancelled',
  );
  await expect(demo.till.post('/api/order/confirm', { orderId, amount_minor: 800 })).rejects.toMatchObject({
    code: expect.stringMatching(/no_order|wrong_order/),
  });
  const left = await demo.till.until('still without a diner', () => true);
  if ('orderId' in left.phase) await demo.till.post('/api/order/cancel', { orderId: left.phase.orderId });
  expect(await meals()).toHaveLength(before.length);
});

test.each([
  ['0', 'amount_not_positive'],
  ['-3', 'amount_not_positive'],
  ['1.234', 'amount_too_many_decimals'],
  ['twelve', 'amount_malformed'],
  ['100.01', 'amount_over_limit'],
])('the amount %s is refused with %s', async (amount, code) => {
  await expect(demo.till.post('/api/order', { amount })).rejects.toMatchObject({ code });
});

test('a person who is enrolled from a photo is known to the gate, and forgotten once consent is withdrawn', async () => {
  const person = await demo.api.send<Person>('POST', '/people', {
    studentNumber: '2026100',
    name: 'Maya Torres',
    building: 'North 3',
  });
  const photo = readFileSync(join(demo.folder, 'photos', 'stranger.jpg'));
  const form = () => {
    const data = new FormData();
    data.append('photo', new Blob([photo]), 'stranger.jpg');
    return data;
  };
  await expect(demo.api.upload(`/people/${person.id}/enrolments`, form())).rejects.toMatchObject({
    params: { code: 'no_consent' },
  });
  await demo.api.send('PUT', `/people/${person.id}/consents/door`, {
    granted: true,
    givenBy: 'person',
    noticeVersion: '1',
  });
  const known = (await demo.gate.until('a gallery', () => true)).galleryPersons;
  await demo.api.upload(`/people/${person.id}/enrolments`, form());
  await demo.gate.until('one person more', state => state.galleryPersons === known + 1);
  await walkUp('stranger');
  await demo.gate.until(
    'granted',
    state => state.phase.name === 'granted' && state.phase.displayName === 'Maya T.',
  );
  await demo.api.send('PUT', `/people/${person.id}/consents/door`, { granted: false });
  await demo.gate.until('one person less', state => state.galleryPersons === known);
  await walkUp('stranger');
  await demo.gate.until(
    'refused',
    state => state.phase.name === 'denied' && state.phase.reason === 'unknown-person',
  );
});

test('with central stopped the gate lets in and the till sells; afterwards everything arrives once', async () => {
  const entriesBefore = (await entries()).length;
  const mealsBefore = (await meals()).length;
  const before_minor = await balance('2026003');
  await walkUp('nobody');
  await demo.type('stop central', 'central stopped');
  await demo.gate.until('offline', state => state.network === 'offline');
  await demo.till.until('offline', state => state.network === 'offline');
  await standAtTill('nobody');

  for (const actor of ['resident-1', 'resident-4']) {
    await walkUp(actor);
    await demo.gate.until('granted', state => state.phase.name === 'granted');
  }
  const { orderId } = await demo.till.post<{ orderId: string }>('/api/order', { amount: '9.90' });
  await standAtTill('resident-3');
  const asked = await demo.till.until('asking for confirmation', state => state.phase.name === 'confirm');
  expect(asked.phase).toMatchObject({ mode: 'offline' });
  await demo.till.post('/api/order/confirm', { orderId, amount_minor: parseAmount('9.90') });
  await demo.till.until('paid', state => state.phase.name === 'paid');

  await walkUp('nobody');
  await demo.type('start central', 'central started');
  await demo.gate.until('delivered', state => state.network === 'online' && state.outboxDepth === 0);
  await demo.till.until('delivered', state => state.network === 'online' && state.outboxDepth === 0);
  expect(await entries()).toHaveLength(entriesBefore + 2);
  expect(await meals()).toHaveLength(mealsBefore + 1);
  expect((await meals()).find(meal => meal.orderId === orderId)).toMatchObject({
    mode: 'offline',
    flagged: false,
  });
  expect(await balance('2026003')).toBe(before_minor - 990);
});

test('a gate that is killed and started again sends nothing twice', async () => {
  const before = (await entries()).length;
  await demo.type('stop gate', 'gate stopped');
  await demo.type('start gate', 'gate started');
  await demo.gate.until('back online', state => state.network === 'online' && state.outboxDepth === 0);
  await walkUp('resident-1');
  await demo.gate.until('granted', state => state.phase.name === 'granted');
  await eventually(5_000, async () => ((await entries()).length >= before + 1 ? true : undefined));
  const all = await entries();
  expect(new Set(all.map(entry => entry.id)).size).toBe(all.length);
});
