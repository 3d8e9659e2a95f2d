/**
 * Coded errors. Each folder declares its own catalogue with `defineErrors`; a code is stable and documented, the
 * message is for people and exists in English and Chinese.
 */

export type Language = 'en' | 'zh';
export type ErrorParams = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface ErrorSpec {
  /** HTTP status when the error leaves through an API. */
  readonly status: number;
  /** `{name}` is replaced by the parameter of that name. */
  readonly en: string;
  readonly zh: string;
}

/** The body of every failed API answer. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly params: ErrorParams };
}

export class PorterError extends Error {
  override readonly name = 'PorterError';

  constructor(
    readonly code: string,
    readonly spec: ErrorSpec,
    readonly params: ErrorParams = {},
    options?: { cause?: unknown },
  ) {
    super(fillIn(spec.en, params), options);
  }

  get status(): number {
    return this.spec.status;
  }

  messageIn(language: Language): string {
    return fillIn(this.spec[language], this.params);
  }

  toBody(language: Language): ErrorBody {
    return { error: { code: this.code, message: this.messageIn(language), params: this.params } };
  }
}

export type ErrorFactory = (params?: ErrorParams, options?: { cause?: unknown }) => PorterError;

/** Turns `{ no_face: {status, en, zh} }` into `{ no_face: (params) => PorterError }`. Codes are snake_case keys. */
export function defineErrors<const S extends Record<string, ErrorSpec>>(
  specs: S,
): { readonly [K in keyof S]: ErrorFactory } {
  const factories: Record<string, ErrorFactory> = {};
  for (const [code, spec] of Object.entries(specs)) {
    factories[code] = (params, options) => new PorterError(code, spec, params, options);
  }
  return factories as { readonly [K in keyof S]: ErrorFactory };
}

/** `zh-CN,zh;q=0.9,en;q=0.8` → `zh`. Anything else, or nothing, is English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const first = acceptLanguage
    ?.split(',')
    .map(part => part.trim().toLowerCase())
    .find(part => part.startsWith('zh') || part.startsWith('en'));
  return first?.startsWith('zh') ? 'zh' : 'en';
}

function fillIn(template: string, params: ErrorParams): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = params[key];
    return value === undefined ? '?' : Array.isArray(value) ? value.join(', ') : String(value);
  });
}
