import type { OnlineProvider } from '../../../protocol/staff/index.js';

/** What somebody is about to pay in. Its id is the order's number at the provider as well. */
export interface PayOrder {
  readonly id: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly description: string;
  /** The provider takes no money for it any more. */
  readonly expiresAt: Date;
}

/** Money that the provider has received. */
export interface Payment {
  readonly orderId: string;
  /** The provider's own number of it. */
  readonly providerId: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly paidAt: Date;
}

/** `unknown`: the provider has no such order. */
export type PayState =
  | { readonly kind: 'paid'; readonly payment: Payment }
  | { readonly kind: 'open' | 'closed' | 'unknown' };

export interface Callback {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface CallbackAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A way to pay in from one's phone. All errors are coded: `provider_unavailable`, `provider_refused`, `callback_not_authentic`. */
export interface TopUpProvider {
  readonly name: OnlineProvider;
  /** Asking again for the same order changes nothing there. `payUrl` is what a QR code shows. */
  create(order: PayOrder): Promise<{ readonly payUrl: string }>;
  query(orderId: string): Promise<PayState>;
  /** Afterwards nobody can pay it; fails when somebody has. */
  close(orderId: string): Promise<void>;
  /** Verifies what the provider sent; undefined when it is authentic and tells of no payment. */
  readCallback(callback: Callback): Payment | undefined;
  /** How the provider is told that it need not send again, or that it should. */
  answer(isTaken: boolean): CallbackAnswer;
}

/** The order's number at the provider: letters and digits alone, 32 of them. */
export const tradeNumberOf = (orderId: string): string => orderId.replaceAll('-', '');

/** The order of a number; undefined when it is none of ours. */
export function orderIdOf(tradeNumber: unknown): string | undefined {
  if (typeof tradeNumber !== 'string' || !/^[0-9a-f]{32}$/.test(tradeNumber)) return undefined;
  return tradeNumber.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What a provider needs of the outside. */
export interface ProviderOutside {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  /** Random text of letters and digits. */
  readonly nonce: () => string;
}
