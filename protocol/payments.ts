import { Type } from 'typebox';
import { AmountMinor, Currency, Id, PositiveAmountMinor } from './common.js';
import { CodeId, PaymentCredential } from './credentials.js';

/**
 * `POST /device/v1/payments/authorise` — places a hold before the diner confirms. Idempotent by `orderId`: the same body gives
 * the stored answer, another body is the error `order_conflict`.
 */
export const AuthoriseRequest = Type.Object({
  orderId: Id,
  tillId: Id,
  personId: Id,
  amount_minor: PositiveAmountMinor,
  currency: Currency,
  /** Absent: the face. */
  credential: Type.Optional(PaymentCredential),
  /** Of a phone's code: it pays one order. */
  codeId: Type.Optional(CodeId),
});
export type AuthoriseRequest = Type.Static<typeof AuthoriseRequest>;

export const DeclineReason = Type.Union([
  Type.Literal('insufficient-funds'),
  Type.Literal('blocked'),
  Type.Literal('no-account'),
  Type.Literal('over-limit'),
  Type.Literal('code-used'),
]);
export type DeclineReason = Type.Static<typeof DeclineReason>;

export const AuthoriseResponse = Type.Union([
  Type.Object({
    kind: Type.Literal('authorised'),
    orderId: Id,
    /** What the wallet will hold once this meal is paid. */
    balanceAfter_minor: AmountMinor,
    /** So much of the meal is paid by subsidies; absent: nothing. */
    subsidy_minor: Type.Optional(AmountMinor),
  }),
  Type.Object({
    kind: Type.Literal('declined'),
    orderId: Id,
    reason: DeclineReason,
    balance_minor: Type.Optional(AmountMinor),
  }),
]);
export type AuthoriseResponse = Type.Static<typeof AuthoriseResponse>;

/** `POST /device/v1/payments/release` — the order was cancelled or timed out; the hold goes. Idempotent. */
export const ReleaseRequest = Type.Object({ orderId: Id });
export type ReleaseRequest = Type.Static<typeof ReleaseRequest>;
export const ReleaseResponse = Type.Object({
  orderId: Id,
  outcome: Type.Union([Type.Literal('released'), Type.Literal('not-held'), Type.Literal('already-captured')]),
});
export type ReleaseResponse = Type.Static<typeof ReleaseResponse>;
