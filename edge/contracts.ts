/**
 * The seams inside the edge: what each folder gives to the shell (app.ts). The folders' own index.ts re-export what they
 * implement; nothing here has behaviour.
 */
import type {
  AuthoriseRequest,
  AuthoriseResponse,
  ChangesPage,
  DeviceSettings,
  DeviceStatus,
  EventBody,
  EventEnvelope,
  EventResult,
  GalleryPerson,
  ReleaseResponse,
  ShiftClosedEvent,
} from '../protocol/index.js';

/** Wall and monotonic time, passed in everywhere. */
export interface Clock {
  /** Unix time, ms; may jump. */
  now_ms(): number;
  /** Never goes back; its zero is arbitrary. */
  monotonic_ms(): number;
  /** Resolves after `ms` of monotonic time, or at once when aborted (never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// ── camera/ ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Frame {
  readonly jpeg: Uint8Array;
  /** Counts frames of this camera, gaps where frames were dropped. */
  readonly sequence: number;
  /** Monotonic time of arrival. */
  readonly capturedAt_ms: number;
}

/** A source of frames. Iterating opens it; it ends or throws (PorterError) when the source is gone; return() closes it. */
export interface FrameSource {
  readonly description: string;
  open(signal: AbortSignal): AsyncIterable<Frame>;
}

export type CameraState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ok' }
  | { readonly kind: 'lost'; readonly code: string; readonly en: string; readonly zh: string };

/** A source kept open: reopened with growing pauses when it fails or freezes; always hands out the newest frame. */
export interface CameraFeed {
  readonly state: CameraState;
  /** The newest frame, for the preview. */
  readonly latest: Frame | undefined;
  /** Frames in order, skipping those that came while the consumer was busy. Ends at abort. */
  frames(signal: AbortSignal): AsyncIterable<Frame>;
  onStateChange(listener: (state: CameraState) => void): void;
  close(): Promise<void>;
}

/** Extra handle of the demo source. */
export interface DemoDirector {
  readonly actors: readonly { readonly id: string; readonly en: string; readonly zh: string }[];
  readonly current: string;
  /** `auto`, `nobody` or an actor's id; the error `unknown_actor` otherwise. */
  direct(actor: string): void;
}

// ── gallery/ ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Candidate {
  readonly personId: string;
  /** Cosine, best over the person's templates. */
  readonly score: number;
}

export interface SearchResult {
  /** The two best *persons*, best first; fewer when the gallery has fewer. */
  readonly best?: Candidate;
  readonly second?: Candidate;
}

/** The persons in memory, with exact search over the templates of one pack. */
export interface Gallery {
  readonly packId: string;
  readonly revision: number;
  /** Persons with at least one template of this pack. */
  readonly persons: number;
  /** Templates of all of them together; as many as persons when it is not known. */
  readonly templates?: number;
  search(embedding: Float32Array): SearchResult;
  person(personId: string): GalleryPerson | undefined;
  /** Whose card it is. */
  personByCard(number: string): GalleryPerson | undefined;
  /** In capitals or not. */
  personByStudentNumber(studentNumber: string): GalleryPerson | undefined;
}

// ── store/ ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A till order as kept on disk; written before anything about it is sent. */
export interface OrderRecord {
  readonly orderId: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly state: 'open' | 'holding' | 'held' | 'confirmed' | 'cancelled' | 'declined';
  readonly personId?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What was served offline and not yet acknowledged by central. */
export interface Exposure {
  readonly tillTotal_minor: number;
  personToday_minor(personId: string, day: string): number;
  /** Last paid meal of this person at this till, Unix ms. */
  lastPaidAt_ms(personId: string): number | undefined;
}

/** A meal as the cashier's book has it. */
export interface ServedMeal {
  readonly orderId: string;
  readonly personId: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly mode: 'online' | 'offline';
  /** RFC 3339. */
  readonly paidAt: string;
  readonly refundedAt?: string;
}

/** A cashier's shift so far. */
export interface ShiftSummary extends Pick<ShiftClosedEvent, 'meals' | 'offline' | 'refunds'> {
  readonly shiftId: string;
  readonly cashier: string;
  readonly openedAt: string;
}

/** One SQLite file, synchronous=FULL, templates encrypted. All methods are synchronous and durable on return. */
export interface Store {
  /** Appends to the outbox; returns when it is on disk. Error `disk_full` when it can't be. */
  append(body: EventBody): EventEnvelope;
  /** Marks the order confirmed and appends its meal in one transaction. */
  confirmOrder(orderId: string, body: EventBody & { kind: 'meal' }): EventEnvelope;
  putOrder(order: OrderRecord): void;
  order(orderId: string): OrderRecord | undefined;
  /** Orders left `open`, `holding` or `held` by a crash. */
  unfinishedOrders(): readonly OrderRecord[];
  exposure(): Exposure;
  shift(): ShiftSummary | undefined;
  /** @throws shift_open */
  openShift(shift: { shiftId: string; cashier: string; openedAt: string }): void;
  /** Closes the shift and appends its totals in one transaction. @throws no_shift */
  closeShift(till: { tillId: string; currency: string; closedAt: string }): ShiftClosedEvent;
  served(orderId: string): ServedMeal | undefined;
  /** Meals paid since then, newest first. */
  recentlyServed(since: string, limit: number): readonly ServedMeal[];
  /** Notes that a meal was given back and appends that in one transaction. @throws meal_unknown, already_refunded */
  refundMeal(orderId: string, refund: { tillId: string; refundedAt: string }): ServedMeal;
  outbox: {
    depth(): number;
    lastSequence(): number;
    /** The oldest unsent events, at most `limit`. */
    next(limit: number): readonly EventEnvelope[];
    settle(results: readonly EventResult[]): void;
  };
  /** Applies a page with its cursor in one transaction, and to the memory gallery. Emits erasure events for tombstones. */
  applyPage(page: ChangesPage): void;
  /** Notes that a phone's code belongs to an order; false when it belongs to another. Forgotten some time after its end. */
  takeCode(codeId: string, orderId: string): boolean;
  /** Wrong PINs of a diner or a cashier, and when the last was given (Unix ms): a restart does not forgive them. */
  wrongPins(personId: string): { readonly count: number; readonly last_ms: number } | undefined;
  /** A count of 0 forgets. */
  noteWrongPins(personId: string, count: number): void;
  settings(): DeviceSettings | undefined;
  /** Bytes can be written: a real probe write, not a guess from free space. */
  writable(): boolean;
  close(): void;
}

// ── sync/ ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type NetworkState = 'online' | 'offline' | 'unpaired';

export interface Sync {
  readonly network: NetworkState;
  start(): void;
  /** An event was appended: push soon. */
  wake(): void;
  /** The result of a pushed event, once central answered; resolves `undefined` at the time-out. */
  resultOf(eventId: string, timeout_ms: number): Promise<EventResult | undefined>;
  /** `undefined` when central did not answer within `timeout_ms`. Coded errors of central are thrown. */
  authorise(request: AuthoriseRequest, timeout_ms: number): Promise<AuthoriseResponse | undefined>;
  release(orderId: string, timeout_ms: number): Promise<ReleaseResponse | undefined>;
  /** Gives the status to report; called every 10 s and after `wake`. */
  onStatus(provide: () => DeviceStatus): void;
  onNetworkChange(listener: (state: NetworkState) => void): void;
  onSettingsChange(listener: (settings: DeviceSettings) => void): void;
  stop(): Promise<void>;
}

// ── access/ ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One output line. `set` resolves when the line has the level. */
export interface Relay {
  readonly description: string;
  set(on: boolean): Promise<void>;
  close(): Promise<void>;
}
