/**
 * What an edge tells the page on its display, and what the page asks of it. The page is served by the edge itself on
 * the device's own address; `GET /api/state` is a stream of server-sent events named `state`, each the whole state.
 */
import type { PaymentCredential } from './credentials.js';
import type { AccessReason, DrillEvent, DrillKind, ShiftClosedEvent } from './events.js';
import type { DeclineReason } from './payments.js';
import type { MenuItem } from './pricing.js';

export interface ScreenCommon {
  readonly campus: string;
  readonly place: string;
  readonly camera: 'ok' | 'lost' | 'starting';
  /** Coded reason when the camera is lost. */
  readonly cameraError?: { readonly code: string; readonly en: string; readonly zh: string };
  readonly network: 'online' | 'offline' | 'unpaired';
  readonly outboxDepth: number;
  readonly galleryPersons: number;
  readonly disk: 'ok' | 'full';
  /** Largest face in view, as fractions of the preview picture. */
  readonly faceBox?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** What the person in view should do. */
  readonly hint?:
    | 'come-closer'
    | 'step-back'
    | 'look-at-camera'
    | 'too-dark'
    | 'too-bright'
    | 'hold-still'
    | 'uncover-face'
    | 'one-at-a-time';
  /** Present when the camera is the demo: who can walk up, and who does now. */
  readonly demo?: {
    readonly actors: readonly { readonly id: string; readonly en: string; readonly zh: string }[];
    /** `auto`: people come one after the other; an id: that one stands before the camera; `nobody`. */
    readonly current: string;
  };
  /** Wall clock of the device, ISO. */
  readonly now: string;
}

export interface GateScreen extends ScreenCommon {
  readonly kind: 'gate';
  readonly phase:
    | { readonly name: 'idle' }
    | { readonly name: 'looking' }
    | { readonly name: 'granted'; readonly displayName: string }
    | { readonly name: 'denied'; readonly reason: AccessReason; readonly displayName?: string }
    /** A drill: what is to be held up, how often it was, and how the last one ended. */
    | {
        readonly name: 'drill';
        readonly presented: DrillKind;
        readonly count: number;
        readonly last?: DrillEvent['outcome'];
      };
}

export interface TillScreen extends ScreenCommon {
  readonly kind: 'till';
  readonly currency: string;
  readonly perMealLimit_minor: number;
  readonly book: CashierBook;
  /** Why the reader's last reading was refused, for some seconds. */
  readonly notice?: { readonly en: string; readonly zh: string };
  /** Absent: none is set up. */
  readonly printer?: 'ok' | 'lost';
  /** What there is besides typed amounts: the price of this hour, and the menu. */
  readonly prices?: {
    readonly fixed?: { readonly name: string; readonly price_minor: number };
    readonly menu: readonly MenuItem[];
  };
  readonly phase: /** The cashier may type an amount. `lastPaid` shows the previous order until the next begins. */
    | { readonly name: 'idle'; readonly lastPaid?: PaidOrder }
    /** Amount is set; waiting for a face. `identifying` while one is looked at; `problem` when it did not work out. */
    | {
        readonly name: 'waiting';
        readonly orderId: string;
        readonly amount_minor: number;
        readonly problem?:
          | 'unknown-person'
          | 'unsure'
          | 'not-live'
          | 'no-permission'
          | 'blocked'
          | 'several-faces';
      }
    /** The diner must confirm amount and name; `paidBefore_s` is set when the same diner has just paid. */
    | {
        readonly name: 'confirm';
        readonly orderId: string;
        readonly amount_minor: number;
        readonly displayName: string;
        readonly mode: 'online' | 'offline';
        readonly credential: PaymentCredential;
        readonly balanceAfter_minor?: number;
        /** So much of it is paid by subsidies. */
        readonly subsidy_minor?: number;
        /** The diner's PIN belongs to the confirmation. */
        readonly asksPin?: boolean;
        readonly paidBefore_s?: number;
        readonly expiresAt: string;
      }
    | {
        readonly name: 'paying';
        readonly orderId: string;
        readonly amount_minor: number;
        readonly displayName: string;
      }
    | { readonly name: 'paid'; readonly order: PaidOrder }
    | {
        readonly name: 'declined';
        readonly orderId: string;
        readonly amount_minor: number;
        readonly reason: DeclineReason | 'offline-limit' | 'disk-full' | 'clock-untrusted';
        readonly displayName?: string;
      }
    | { readonly name: 'cancelled'; readonly reason: 'cashier' | 'timeout' | 'walked-away' };
}

/** Whether no order is between its amount and its outcome. */
export const hasNothingUnderWay = ({ name }: { readonly name: string }): boolean =>
  ['idle', 'paid', 'declined', 'cancelled'].includes(name);

/** The cashier's shift and the meals that can still be given back. */
export interface CashierBook {
  /** Nothing is charged without a shift. */
  readonly requireShift: boolean;
  /** Who may open a shift, by their PIN; absent: whoever gives a name. */
  readonly cashiers?: readonly string[];
  readonly refundWindow_min: number;
  readonly shift?: ShiftTotals;
  /** The one that was closed last, until the next begins. */
  readonly lastShift?: ShiftTotals;
  /** Newest first. */
  readonly meals: readonly RefundableMeal[];
}

export interface ShiftTotals extends Pick<ShiftClosedEvent, 'meals' | 'offline' | 'refunds'> {
  readonly cashier: string;
  readonly openedAt: string;
  readonly closedAt?: string;
}

export interface RefundableMeal {
  readonly orderId: string;
  readonly amount_minor: number;
  readonly displayName: string;
  readonly mode: 'online' | 'offline';
  readonly paidAt: string;
  readonly refunded: boolean;
}

export interface PaidOrder {
  readonly orderId: string;
  readonly amount_minor: number;
  readonly displayName: string;
  readonly mode: 'online' | 'offline';
  readonly balance_minor?: number;
  readonly paidAt: string;
}

export type ScreenState = GateScreen | TillScreen;

/**
 * Requests of the page (JSON; errors as ErrorBody):
 *   POST /api/order          { amount: "12.50" } or { items: [{ itemId, quantity }] } or { fixed: true }
 *                                                      → { orderId }      starts an order
 *   POST /api/order/confirm  { orderId, amount_minor, pin? } → {}         the diner's one confirmation, bound to what was shown
 *   POST /api/order/digits   { orderId, digits }       → {}               end of the student number, when the face is not clear
 *   POST /api/order/credential { text }                 → {}               what a card or code reader typed
 *   POST /api/order/number   { orderId, studentNumber, pin } → {}
 *   POST /api/order/cancel   { orderId }               → {}
 *   POST /api/shift/open     { cashier, pin? }           → {}
 *   POST /api/shift/close    {}                        → {}
 *   POST /api/refund         { orderId }               → {}               gives a whole meal back, once
 *   POST /api/demo           { actor: id | "auto" | "nobody" } → {}       demo camera only
 *   GET  /api/preview.mjpeg  the camera picture, multipart/x-mixed-replace
 *   GET  /api/health         { status }
 */
export interface OrderStarted {
  readonly orderId: string;
}
