import type { ErrorBody } from '../../protocol/errors.js';
import { payCodeBytes, payCodeText, toHex } from '../../protocol/pay-code.js';
import type { PhoneActivated } from '../../protocol/staff/people.js';
import { offsetOf } from './phone-clock.js';

/** What this phone keeps. The private key can sign and cannot be read, not even by this page. */
export interface PhoneWallet {
  readonly personId: string;
  readonly displayName: string;
  readonly privateKey: CryptoKey;
  /** Added to the phone's clock. */
  readonly offset_s: number;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** Keys can be made and kept here: a page without HTTPS may not. */
export const canKeepKeys = (): boolean =>
  'indexedDB' in globalThis && (globalThis.crypto?.subtle as unknown) !== undefined;

/** Takes an invitation. Throws an Error with central's words. */
export async function setUp(code: string, language: string): Promise<PhoneWallet> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));
  const response = await fetch('/api/v1/phones', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language },
    body: JSON.stringify({ code, publicKey: btoa(String.fromCharCode(...spki)) }),
  });
  const answer = (await response.json()) as PhoneActivated | ErrorBody;
  if ('error' in answer) throw new Error(answer.error.message);
  const { personId, displayName, serverTime } = answer;
  const wallet = { personId, displayName, privateKey, offset_s: offsetOf(serverTime, Date.now()) };
  await inStore('readwrite', store => store.put(wallet, walletKey));
  return wallet;
}

export const readWallet = (): Promise<PhoneWallet | undefined> =>
  inStore<PhoneWallet | undefined>('readonly', store => store.get(walletKey));

export const forgetWallet = (): Promise<unknown> => inStore('readwrite', store => store.delete(walletKey));

/** A payment code as of now: the text of the QR code. */
export async function makeCode(wallet: PhoneWallet, now_ms: number): Promise<string> {
  const codeId = toHex(crypto.getRandomValues(new Uint8Array(8)));
  const issued_s = Math.round(now_ms / 1_000) + wallet.offset_s;
  const signed = payCodeBytes({ personId: wallet.personId, issued_s, codeId });
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    wallet.privateKey,
    new Uint8Array(signed),
  );
  return payCodeText(signed, new Uint8Array(signature));
}

const storeName = 'wallet';
const walletKey = 'own';

function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('porter-phone', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(storeName, mode);
      const request = work(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(request.result as T);
      transaction.onerror = () => reject(transaction.error);
    };
  });
}
