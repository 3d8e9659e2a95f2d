import { onlineErrors } from './errors.js';

const timeout_ms = 10_000;
const mostCharacters = 100_000;

export interface ProviderResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request to a provider, with an end. Errors: `provider_unavailable`. */
export async function sendTo(
  fetch: typeof globalThis.fetch,
  provider: string,
  url: string,
  init: RequestInit,
): Promise<ProviderResponse> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(timeout_ms),
    });
    const text = await response.text();
    if (text.length > mostCharacters) throw new Error('the answer is too long');
    return { status: response.status, headers: response.headers, text };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw onlineErrors.provider_unavailable({ provider, problem }, { cause });
  }
}

/** A time on the wall in China (UTC+8 all year), `2026-09-01 12:00:00`. */
export const chinaTime = (at: Date): string =>
  new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** The instant of `2026-09-01 12:00:00` in China; undefined when it is none. */
export function fromChinaTime(text: unknown): Date | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const at = new Date(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
