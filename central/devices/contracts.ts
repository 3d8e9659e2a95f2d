import type {
  DeviceStatus,
  EventEnvelope,
  MealEvent,
  MealRefundEvent,
  ShiftClosedEvent,
} from '../../protocol/index.js';
import type { Audit } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { CentralConfig } from '../config.js';
import type { Db, Trx } from '../db/index.js';
import type { Gallery } from '../gallery/index.js';
import type { CentralApp } from '../http/index.js';
import type { LiveBus } from '../live.js';

/** An authentic meal event on its way into the ledger. */
export interface MealToPost {
  readonly deviceId: string;
  /** The till that the device is assigned to; `body.tillId` is what the device says. */
  readonly placeId: string;
  readonly envelope: EventEnvelope;
  readonly body: MealEvent;
  readonly receivedAt: Date;
}

export interface PostedMeal {
  readonly transferId: string;
  readonly balance_minor: number;
  /** Posted although the wallet's floor was passed. */
  readonly flagged: boolean;
  /** Called once the transaction is committed: publishes the transfer. */
  readonly announce?: () => void;
}

/**
 * Where meals go. Runs inside the transaction that stores the event: throws only what is to undo that (a broken database); a coded
 * PorterError marks the event `rejected` with that code and undoes what the sink wrote.
 */
export interface MealSink {
  postMeal(trx: Trx, meal: MealToPost): Promise<PostedMeal>;
  /** Keeps what a till counted of its shift. Absent: it is stored as an event and nothing else. */
  takeShift?(trx: Trx, shift: ShiftToKeep): Promise<void>;
  /** Gives back a meal that the cashier gave back. Absent: refunds of tills are refused. */
  refundMeal?(trx: Trx, refund: RefundToPost): Promise<PostedRefund>;
}

/** An authentic refund by the cashier. */
export interface RefundToPost {
  readonly placeId: string;
  readonly envelope: EventEnvelope;
  readonly receivedAt: Date;
  readonly body: MealRefundEvent;
}

export interface PostedRefund {
  readonly transferId: string;
  /** Called once the transaction is committed. */
  readonly announce?: () => void;
}

/** An authentic end of a shift. All events of this till that it sent before have been stored. */
export interface ShiftToKeep {
  readonly deviceId: string;
  readonly placeId: string;
  readonly body: ShiftClosedEvent;
  readonly receivedAt: Date;
}

/** What central's application needs of the ledger; `createLedger` of central/ledger gives it. */
export interface LedgerModule {
  readonly mealSink: MealSink;
  /** Adds tills, accounts, top-ups and transfers below `/api/v1`; `request.staff` is known there. */
  staffRoutes(app: CentralApp): Promise<void> | void;
  /** Adds payments/authorise and payments/release below `/device/v1`; `request.device` is known there. */
  deviceRoutes(app: CentralApp): Promise<void> | void;
  /** Adds what others call back below `/callbacks`, where nobody is logged in. */
  callbackRoutes?(app: CentralApp): Promise<void> | void;
  /** What a till said of its outbox: when everything it served has come, its canteen's day may close. */
  tillReported?(deviceId: string, status: DeviceStatus): Promise<void>;
  /** Meals confirmed from `from` (inclusive) to `to` (exclusive). */
  mealsBetween(from: Date, to: Date): Promise<{ count: number; total_minor: number }>;
}

export interface LedgerNeeds {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly audit: Audit;
  readonly live: LiveBus;
  /** `wake` it when the settings of a till changed. */
  readonly gallery: Gallery;
  readonly config: CentralConfig;
}

/** Exported by central/ledger as `createLedger`. */
export type CreateLedger = (needs: LedgerNeeds) => LedgerModule | Promise<LedgerModule>;
