import type { OpenStore } from '../../edge/store/index.js';
import type { TillSettings } from '../../protocol/index.js';
import type { SimulatedCentral } from './central.js';

/** A fault built into a till or into central, to see that the auditor notices it. */
export interface Mutation {
  store(store: OpenStore, newId: () => string): OpenStore;
  settings(settings: TillSettings | undefined): TillSettings | undefined;
  central(central: SimulatedCentral): void;
}

/** The product as it is. */
export const unchanged: Mutation = {
  store: store => store,
  settings: settings => settings,
  central: () => {},
};

type Confirm = OpenStore['confirmOrder'];

/** Changes how a confirmed order is written down. */
const confirming = (change: (store: OpenStore, newId: () => string) => Confirm): Mutation => ({
  ...unchanged,
  store: (store, newId) => ({ ...store, confirmOrder: change(store, newId) }),
});

export const mutations: Readonly<Record<string, Mutation>> = {
  'a meal is sent under another key than its order': confirming((store, newId) => (orderId, body) => {
    const key = newId();
    const order = store.order(orderId);
    if (order) store.putOrder({ ...order, orderId: key });
    return store.confirmOrder(key, { ...body, orderId: key });
  }),
  'a meal is sent twice, with a key for each': confirming((store, newId) => (orderId, body) => {
    const envelope = store.confirmOrder(orderId, body);
    store.append({ ...body, orderId: newId() });
    return envelope;
  }),
  'a meal of more than the screen showed is sent': confirming(store => (orderId, body) => {
    const order = store.order(orderId);
    store.append({ ...body, amount_minor: body.amount_minor + 1 });
    if (!order) throw new Error('no order');
    return store.confirmOrder(orderId, body);
  }),
  'a meal is charged to somebody else': confirming(store => (orderId, body) => {
    const personId = store.unfinishedOrders().find(one => one.personId !== body.personId)?.personId;
    const other = personId ?? '00000000-0000-7000-8000-000000000000';
    return store.confirmOrder(orderId, { ...body, personId: other });
  }),
  'a meal is not written to the disk': confirming(store => (_, body) => ({
    ...{ id: body.orderId, sequence: 0, at: body.confirmedAt, bootId: body.orderId, monotonic_ms: 0 },
    ...{ clockTrusted: true, body, previousHash: '', hash: '' },
    sequence: store.outbox.lastSequence(),
  })),
  'an event that was not sent leaves the outbox with the others': {
    ...unchanged,
    store: store => ({
      ...store,
      outbox: {
        ...store.outbox,
        settle(results) {
          store.outbox.settle(results);
          for (const { id, sequence } of store.outbox.next(1))
            store.outbox.settle([{ id, sequence, outcome: 'stored' }]);
        },
      },
    }),
  },
  'the offline limits are not looked at': {
    ...unchanged,
    settings: settings =>
      settings && {
        ...settings,
        offline: {
          ...{ perMealLimit_minor: 1e6, perPersonDayLimit_minor: 1e6 },
          ...{ tillTotalLimit_minor: 1e6, maxHours: 1e6 },
        },
      },
  },
  'central answers before its commit is on disk': {
    ...unchanged,
    central(central) {
      central.disk.losesCommits = true;
    },
  },
};
