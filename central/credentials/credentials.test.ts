import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthoriseResponse, type ChangesPage, type GalleryPerson, newId } from '../../protocol/index.js';
import type { Person, PhoneActivated, PhoneInvitation } from '../../protocol/staff/index.js';
import { createTestCounter, type TestCounter } from '../canteen/testing.js';
import { onEachDatabase, type TestStaff } from '../testing.js';

const newKey = (namedCurve = 'P-256'): string =>
  generateKeyPairSync('ec', { namedCurve })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');

onEachDatabase(dialect => {
  let at: TestCounter;
  let office: TestStaff;
  beforeAll(async () => {
    at = await createTestCounter(dialect);
    office = await at.central.staff('enrolment');
  });
  afterAll(() => at.close());

  /** What a till holds of a person. */
  const onTills = async (person: Person): Promise<GalleryPerson | undefined> => {
    const { body } = await at.till.send<ChangesPage>('/device/v1/gallery/changes?after=0&limit=500');
    const change = body.changes.find(
      one => (one.kind === 'upsert' ? one.person.personId : one.personId) === person.id,
    );
    return change?.kind === 'upsert' ? change.person : undefined;
  };
  const addCard = (person: Person, number: string) =>
    office.call<Person>('POST', `/people/${person.id}/cards`, { number });
  const invite = async (person: Person) =>
    office.post<PhoneInvitation>(`/people/${person.id}/phone-invitations`, {});
  const activate = async (code: string, publicKey = newKey()) => {
    const answer = await at.central.app.inject({
      method: 'POST',
      url: '/api/v1/phones',
      payload: { code, publicKey },
    });
    return {
      status: answer.statusCode,
      body: answer.json() as PhoneActivated & { error?: { code: string } },
    };
  };
  const authorise = (person: Person, extra: object, till = at.till) =>
    till.send<AuthoriseResponse>('/device/v1/payments/authorise', {
      body: {
        ...{
          orderId: newId(),
          tillId: till.placeId,
          personId: person.id,
          amount_minor: 500,
          currency: 'CNY',
        },
        ...extra,
      },
    });

  test('somebody without consent pays by card and not by face, and no template leaves central', async () => {
    const ann = await at.central.addPerson({ name: 'Ann' });
    expect(await onTills(ann)).toBeUndefined();
    const { body } = await addCard(ann, '04:a2:b3:c4');
    expect(body.cards).toMatchObject([{ ending: 'B3C4' }]);
    expect(await onTills(ann)).toMatchObject({ templates: [], payment: { cards: ['04A2B3C4'] } });
    await at.topUp(ann, '20');
    expect((await authorise(ann, { credential: 'card' })).body).toMatchObject({ kind: 'authorised' });
    expect((await authorise(ann, {})).body).toMatchObject({ kind: 'declined', reason: 'blocked' });
  });

  test('whoever withdraws consent and has a card stays on tills without a face, with receipts for it', async () => {
    const bob = await at.diner('withdraws', '20');
    await addCard(bob, 'CARD0002');
    expect((await onTills(bob))?.templates).toHaveLength(1);
    await office.call('PUT', `/people/${bob.id}/consents/payment`, { granted: false });
    expect(await onTills(bob)).toMatchObject({ templates: [], payment: { cards: ['CARD0002'] } });
    const reach = async () =>
      (await office.get<Person>(`/people/${bob.id}`)).body.reach.find(one => one.purpose === 'payment');
    expect(await reach()).toMatchObject({ erased: 0 });
    const { body } = await at.till.send<ChangesPage>('/device/v1/gallery/changes?after=0&limit=500');
    await at.till.push({ kind: 'erasure', personId: bob.id, revision: body.revision });
    expect(await reach()).toMatchObject({ erased: 1 });
    // Another card later is no new erasure.
    await addCard(bob, 'CARD0003');
    expect(await reach()).toMatchObject({ erased: 1 });
  });

  test('a card is one person’s, and a lost one leaves the tills', async () => {
    const [cat, dan] = [await at.central.addPerson(), await at.central.addPerson()];
    const { body } = await addCard(cat, 'CARD0004');
    expect(await addCard(dan, 'card0004')).toMatchObject({ status: 409, code: 'card_taken' });
    expect(await addCard(dan, '?')).toMatchObject({ status: 400, code: 'card_number_malformed' });
    await office.call('DELETE', `/people/${cat.id}/cards/${body.cards[0]?.id}`);
    expect(await onTills(cat)).toBeUndefined();
    expect(await addCard(dan, 'CARD0004')).toMatchObject({ status: 200 });
    for (let i = 0; i < 4; i++) await addCard(dan, `MORE000${i}`);
    expect(await addCard(dan, 'MORE0009')).toMatchObject({ status: 409, code: 'too_many_cards' });
    const finance = at.finance;
    expect(await finance.call('POST', `/people/${dan.id}/cards`, { number: 'X123' })).toMatchObject({
      status: 403,
    });
  });

  test('an invitation sets up one phone, once, in its time', async () => {
    const eve = await at.central.addPerson({ name: 'Eve Stone' });
    const replaced = await invite(eve);
    const { code, path } = await invite(eve);
    expect(path).toContain(code);
    expect(await activate(replaced.code)).toMatchObject({ status: 403 });
    expect((await activate(code, newKey('P-384'))).body.error?.code).toBe('key_invalid');
    const publicKey = newKey();
    const { body } = await activate(code, publicKey);
    expect(body).toMatchObject({ personId: eve.id, displayName: 'Eve S.' });
    expect(await onTills(eve)).toMatchObject({ payment: { phones: [{ keyId: body.keyId, publicKey }] } });
    expect((await activate(code)).body.error?.code).toBe('invitation_invalid');
    const late = await invite(eve);
    at.central.clock.advance(31 * 60_000);
    expect((await activate(late.code)).body.error?.code).toBe('invitation_invalid');
    const { body: without } = await office.call<Person>('DELETE', `/people/${eve.id}/phones/${body.keyId}`);
    expect(without.phones).toEqual([]);
    expect(await onTills(eve)).toBeUndefined();
  });

  test('guesses at invitations end', async () => {
    at.central.clock.advance(60 * 60_000);
    for (let i = 0; i < 10; i++) expect((await activate('a guess')).status).toBe(403);
    expect((await activate('a guess')).body.error?.code).toBe('too_many_activations');
  });

  test('a code that two tills take pays one order; a second meal without network is posted and flagged', async () => {
    const fay = await at.diner('two tills', '50');
    const other = await at.central.addDevice('till');
    const code = { credential: 'code', codeId: '00112233aabbccdd' } as const;
    const orderId = newId();
    expect((await authorise(fay, { ...code, orderId })).body).toMatchObject({ kind: 'authorised' });
    expect((await authorise(fay, { ...code, orderId })).body).toMatchObject({ kind: 'authorised' });
    expect((await authorise(fay, code, other)).body).toMatchObject({ kind: 'declined', reason: 'code-used' });
    await at.till.push(at.meal(fay, orderId, 500, code));
    const offline = { ...code, mode: 'offline', tillId: other.placeId } as const;
    await other.push(at.meal(fay, newId(), 600, offline));
    const transfers = await at.transfers(fay);
    expect(transfers.filter(one => one.kind === 'meal').map(one => [one.amount_minor, one.flag])).toEqual([
      [600, 'code-used-twice'],
      [500, undefined],
    ]);
  });
});
