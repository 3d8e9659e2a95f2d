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

/** The id of nothing and nobody. */
const noOne = '00000000-0000-7000-8000-000000000000';

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
    const other = personId ?? noOne;
    return store.confirmOrder(orderId, { ...body, personId: other });
  }),
  'a meal is not written to the disk': confirming(store => (_, body) => ({
    ...{ id: body.orderId, sequence: 0, at: body.confirmedAt, bootId: body.orderId, monotonic_ms: 0 },
    ...{ clockTrusted: true, body, previousHash: '', hash: '' },
    sequence: store.outbox.lastSequence(),
  })),
  'an event leaves the outbox before central has answered': {
    ...unchanged,
    store: store => ({
      ...store,
      outbox: {
        ...store.outbox,
        next(limit) {
          const events = store.outbox.next(limit);
          store.outbox.settle(events.map(({ id, sequence }) => ({ id, sequence, outcome: 'stored' })));
          return events;
        },
      },
    }),
  },
  'a meal that the cashier gives back is not told to central': {
    ...unchanged,
    store: store => ({
      ...store,
      refundMeal(orderId, { refundedAt }) {
        const meal = store.served(orderId);
        return meal ? { ...meal, refundedAt } : store.refundMeal(orderId, { tillId: '', refundedAt });
      },
    }),
  },
  'a shift is closed and not told to central': {
    ...unchanged,
    store: store => ({
      ...store,
      closeShift: shift => ({ ...store.shift(), ...store.closeShift({ ...shift, tillId: noOne }) }),
    }),
  },
  'a code pays as many meals as one likes': {
    store: store => ({ ...store, takeCode: () => true }),
    settings: settings => settings,
    central(central) {
      central.disk.raw.exec(
        'create trigger forget after insert on used_code begin delete from used_code; end',
      );
    },
  },
  'the PIN is not asked for': {
    ...unchanged,
    settings(settings) {
      if (!settings) return undefined;
      const { pinAbove_minor: _, ...others } = settings;
      return others;
    },
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
