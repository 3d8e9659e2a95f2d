import type {
  AuthoriseResponse,
  Evidence,
  PaymentCredential,
  PricedLine,
  TillScreen,
} from '../../protocol/index.js';
import type { OrderRecord } from '../contracts.js';

export type Phase<N extends TillScreen['phase']['name']> = Extract<TillScreen['phase'], { name: N }>;
export type DeclineReason = Phase<'declined'>['reason'];
export type WaitingProblem = NonNullable<Phase<'waiting'>['problem']>;
export type Mode = 'online' | 'offline';

/** Who pays, and what the till must know to charge that person. */
export interface Diner {
  readonly personId: string;
  readonly displayName: string;
  /** By what they are known; only a face can walk away. */
  readonly credential: PaymentCredential;
  /** Of the face. */
  readonly evidence?: Evidence;
  /** Of the phone's code. */
  readonly codeId?: string;
  /** Seconds since this person last paid here; only within the cooldown. */
  readonly paidBefore_s?: number;
  /** Why this meal may not be served without central; absent: it may. */
  readonly refusedOffline?: DeclineReason;
}

/** All times in states are monotonic ms: a clock that is set must not prolong an order. */
export interface Order {
  readonly orderId: string;
  readonly amount_minor: number;
  readonly createdAt_ms: number;
  /** What was priced, where the till did it. */
  readonly lines?: readonly PricedLine[];
}

/** A meal that was served. */
export interface Paid {
  readonly order: Order;
  readonly diner: Diner;
  readonly mode: Mode;
  /** RFC 3339. */
  readonly paidAt: string;
  readonly since_ms: number;
  readonly balance_minor?: number;
}

/** The till's one order, from the amount to the receipt. */
export type TillState =
  | { readonly name: 'idle'; readonly lastPaid?: Paid }
  | { readonly name: 'waiting'; readonly order: Order; readonly problem?: WaitingProblem }
  | { readonly name: 'authorising'; readonly order: Order; readonly diner: Diner }
  | {
      readonly name: 'confirm';
      readonly order: Order;
      readonly diner: Diner;
      readonly mode: Mode;
      readonly balanceAfter_minor?: number;
      readonly subsidy_minor?: number;
      readonly expiresAt_ms: number;
      /** The same moment by the wall clock, for the screen; RFC 3339. */
      readonly expiresAt: string;
      /** The diner is out of sight since then. */
      readonly goneSince_ms?: number;
    }
  | { readonly name: 'paying'; readonly order: Order; readonly diner: Diner; readonly mode: Mode }
  | ({ readonly name: 'paid' } & Paid)
  | {
      readonly name: 'declined';
      readonly order: Order;
      readonly reason: DeclineReason;
      readonly displayName?: string;
      readonly since_ms: number;
    }
  | {
      readonly name: 'cancelled';
      readonly order: Order;
      readonly reason: Phase<'cancelled'>['reason'];
      readonly since_ms: number;
    };

export type TillInput =
  | ({ readonly kind: 'start' } & Pick<Order, 'orderId' | 'amount_minor' | 'lines'>)
  | { readonly kind: 'diner'; readonly diner: Diner }
  | { readonly kind: 'problem'; readonly problem: WaitingProblem }
  /** The one who was looked at is not in front. */
  | { readonly kind: 'gone' }
  /** Somebody else has been recognised, or refused, in front. */
  | { readonly kind: 'replaced' }
  /** `answer` undefined: central did not answer in time. */
  | { readonly kind: 'authorised'; readonly orderId: string; readonly answer: AuthoriseResponse | undefined }
  | { readonly kind: 'confirm'; readonly orderId: string; readonly amount_minor: number }
  /** The meal is on disk. */
  | { readonly kind: 'committed'; readonly orderId: string; readonly paidAt: string }
  /** The disk refused: nothing was written, so nothing is served. */
  | { readonly kind: 'write-failed'; readonly orderId: string; readonly reason: DeclineReason }
  /** Central has posted the meal. */
  | { readonly kind: 'settled'; readonly orderId: string; readonly balance_minor: number }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'tick' };

export type TillEffect =
  | {
      readonly kind: 'put-order';
      readonly order: Order;
      readonly state: OrderRecord['state'];
      readonly personId?: string;
    }
  | { readonly kind: 'authorise'; readonly order: Order; readonly diner: Diner }
  | { readonly kind: 'commit'; readonly order: Order; readonly diner: Diner; readonly mode: Mode }
  | { readonly kind: 'release'; readonly orderId: string };

export type Refusal = 'order_in_progress' | 'no_order' | 'wrong_order' | 'amount_changed';

export interface TillStep {
  readonly state: TillState;
  /** To be carried out in order. */
  readonly effects: readonly TillEffect[];
  /** The input was not for this state: code of a paymentErrors entry. */
  readonly refusal?: Refusal;
}

export interface TillMoment {
  /** Monotonic. */
  readonly now_ms: number;
  /** Unix time; only shown, never compared. */
  readonly wall_ms: number;
  /** For an order that must go on under another key. */
  readonly freshOrderId: string;
}
