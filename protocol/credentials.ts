import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { Type } from 'typebox';
import { Base64, Id } from './common.js';
import { defineErrors } from './errors.js';
import { type PayCode, parsePayCode } from './pay-code.js';

/** How a diner says who they are: `code` is the QR code of the student's phone, `number` the student number with the PIN. */
export const PaymentCredential = Type.Union([
  Type.Literal('face'),
  Type.Literal('card'),
  Type.Literal('code'),
  Type.Literal('number'),
]);
export type PaymentCredential = Type.Static<typeof PaymentCredential>;

/** Of one person. */
export const mostCards = 5;
export const mostPhones = 3;

const cardNumber = /^[0-9A-Z]{4,32}$/;
/** As a reader gives it, in capitals and without separators. */
export const CardNumber = Type.String({ pattern: cardNumber.source });

/** The key by which a student's phone signs its codes; the private half never leaves the phone. */
export const PhoneKey = Type.Object({
  keyId: Id,
  /** ECDSA P-256, SPKI DER. */
  publicKey: Base64(200),
});
export type PhoneKey = Type.Static<typeof PhoneKey>;

/** A code's own number: it pays once. */
export const CodeId = Type.String({ pattern: '^[0-9a-f]{16}$' });

export const credentialErrors = defineErrors({
  card_number_malformed: {
    status: 400,
    en: 'A card number has 4 to 32 letters and digits',
    zh: '卡号应为 4 至 32 位字母或数字',
  },
  code_malformed: { status: 400, en: 'That is not a payment code', zh: '这不是付款码' },
});

/** @throws card_number_malformed */
export function readCardNumber(text: string): string {
  const number = text.toUpperCase().replace(/[\s:.-]/g, '');
  if (!cardNumber.test(number)) throw credentialErrors.card_number_malformed();
  return number;
}

/** @throws code_malformed */
export function readPayCode(text: string): PayCode {
  const code = parsePayCode(text);
  if (!code) throw credentialErrors.code_malformed();
  return code;
}

/** `undefined`: not a key on P-256 in SPKI DER, base64. */
export function readPhoneKey(publicKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the code was signed by this key. A key that cannot be read has signed nothing. */
export function isSignedBy({ signed, signature }: PayCode, { publicKey }: PhoneKey): boolean {
  const key = readPhoneKey(publicKey);
  return key !== undefined && verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
