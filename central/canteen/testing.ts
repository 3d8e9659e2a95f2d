import { type AuthoriseResponse, type MealEvent, newId, type ReleaseResponse } from '../../protocol/index.js';
import type { Account, Person, TopUpResponse, Transfer } from '../../protocol/staff/index.js';
import {
  createTestCentral,
  someEvidence,
  type TestCentral,
  type TestDevice,
  type TestDialect,
  type TestStaff,
} from '../testing.js';
import { createCanteen } from './index.js';

/** For tests alone: a central with one till, and the things that happen at its counter. */
export async function createTestCounter(
  dialect: TestDialect,
  config: object = {},
  options: { readonly consoleDirectory?: string; readonly startAt?: string } = {},
) {
  const central: TestCentral = await createTestCentral({
    dialect,
    createLedger: createCanteen,
    config: { sessionHours: 168, ...config },
    ...options,
  });
  const till: TestDevice = await central.addDevice('till');
  const finance: TestStaff = await central.staff('finance');
  const counter = {
    central,
    till,
    finance,
    close: () => central.close(),
    topUp: (person: Person, amount: string, requestId = newId()) =>
      finance.call<TopUpResponse>('POST', `/people/${person.id}/top-ups`, { requestId, amount }),
    account: async (person: Person): Promise<Account> =>
      (await finance.get<Account>(`/people/${person.id}/account`)).body,
    transfers: async (person: Person): Promise<Transfer[]> =>
      (await finance.get<{ items: Transfer[] }>(`/transfers?personId=${person.id}`)).body.items,
    /** Somebody enrolled, with money. */
    diner: async (name: string, amount?: string): Promise<Person> => {
      const person = await central.addEnrolled(`${dialect} ${name}`);
      if (amount) await counter.topUp(person, amount);
      return person;
    },
    authorise: (person: Person, orderId: string, amount_minor: number, at: TestDevice = till) =>
      at.send<AuthoriseResponse>('/device/v1/payments/authorise', {
        body: { orderId, tillId: at.placeId, personId: person.id, amount_minor, currency: 'CNY' },
      }),
    release: (orderId: string, at: TestDevice = till) =>
      at.send<ReleaseResponse>('/device/v1/payments/release', { body: { orderId } }),
    meal: (
      person: Person,
      orderId: string,
      amount_minor: number,
      change: Partial<MealEvent> = {},
    ): MealEvent => ({
      kind: 'meal',
      orderId,
      tillId: till.placeId,
      personId: person.id,
      amount_minor,
      currency: 'CNY',
      confirmedAt: central.clock.now().toISOString(),
      mode: 'online',
      evidence: someEvidence,
      ...change,
    }),
    /** A meal that was served; gives its order's id. */
    eat: async (person: Person, amount_minor: number, change: Partial<MealEvent> = {}): Promise<string> => {
      const orderId = newId();
      const [result] = await till.push(counter.meal(person, orderId, amount_minor, change));
      if (result?.outcome !== 'stored') throw new Error(`a meal was refused: ${JSON.stringify(result)}`);
      return orderId;
    },
  };
  return counter;
}

export type TestCounter = Awaited<ReturnType<typeof createTestCounter>>;
