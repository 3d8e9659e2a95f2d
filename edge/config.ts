import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { defineErrors } from '../protocol/index.js';

export const configErrors = defineErrors({
  config_unreadable: {
    status: 400,
    en: 'Cannot read the configuration {file}: {problem}',
    zh: '无法读取配置 {file}：{problem}',
  },
  config_invalid: {
    status: 400,
    en: 'Configuration field {field}: {problem}',
    zh: '配置项 {field}：{problem}',
  },
});

/**
 * A door must not keep honest people waiting; a till has the moment in which the amount is confirmed, and money to lose. `cues`: what
 * several frames tell (parallax, border, stillness) lowers the score, or is only reported.
 */
const livenessPolicy = (defaults: { readonly threshold: number; readonly observe_ms: number }) =>
  Type.Object(
    {
      required: Type.Boolean({ default: true }),
      threshold: Type.Number({ minimum: 0, maximum: 1, default: defaults.threshold }),
      cues: Type.Union([Type.Literal('count'), Type.Literal('advisory')], { default: 'count' }),
      /** Least time to watch somebody. */
      observe_ms: Type.Integer({ minimum: 0, maximum: 5_000, default: defaults.observe_ms }),
    },
    { default: {}, additionalProperties: false },
  );

const EdgeConfigSchema = Type.Object(
  {
    /** Address of the central service; needed for pairing only, then it is kept with the identity. */
    centralUrl: Type.Optional(Type.String({ pattern: '^https?://' })),
    /** One-time code; used when the device is not paired yet. */
    pairingCode: Type.Optional(Type.String({ minLength: 8, maxLength: 16 })),
    dataDirectory: Type.String({ minLength: 1, default: 'data/edge' }),
    /** See `porter edge --help` for the forms. */
    camera: Type.String({ minLength: 1, default: '/dev/video0' }),
    pack: Type.String({ minLength: 1, default: 'porter-512' }),
    relay: Type.Object(
      {
        driver: Type.Union([Type.Literal('simulated'), Type.Literal('onoff')], { default: 'simulated' }),
        pin: Type.Integer({ minimum: 0, maximum: 1023, default: 17 }),
        /** Offset that newer kernels add to pin numbers: 512, 571 on a Raspberry Pi 5, 0 before kernel 6.6. */
        base: Type.Integer({ minimum: 0, maximum: 100_000, default: 0 }),
        activeLow: Type.Boolean({ default: false }),
      },
      { default: {}, additionalProperties: false },
    ),
    screen: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1' }),
        port: Type.Integer({ minimum: 0, maximum: 65535, default: 8081 }),
        /** DNS names under which the page may be opened, besides the machine's own name and its addresses. */
        names: Type.Array(Type.String({ maxLength: 253 }), { maxItems: 20, default: [] }),
      },
      { default: {}, additionalProperties: false },
    ),
    liveness: Type.Object(
      {
        door: livenessPolicy({ threshold: 0.4, observe_ms: 0 }),
        payment: livenessPolicy({ threshold: 0.5, observe_ms: 800 }),
      },
      { default: {}, additionalProperties: false },
    ),
    till: Type.Object(
      {
        /** Charge only while a cashier's shift is open. */
        requireShift: Type.Boolean({ default: false }),
        /** How long after it was paid a meal may be given back at the till. */
        refundWindow_min: Type.Integer({ minimum: 0, maximum: 1_440, default: 10 }),
        /** Card or code reader: `/dev/ttyUSB0?baud=9600` or `tcp://host:port`. One that types needs no setting. */
        reader: Type.Optional(Type.String({ minLength: 1, maxLength: 260 })),
        /** Address of an ESC/POS printer for receipts, `host` or `host:port`; absent: none is printed. */
        printer: Type.Optional(Type.String({ minLength: 1, maxLength: 260 })),
        /** Characters in a line of its paper: 32 on 58 mm, 48 on 80 mm. */
        printerColumns: Type.Integer({ minimum: 24, maximum: 80, default: 32 }),
      },
      { default: {}, additionalProperties: false },
    ),
    logLevel: Type.Union(
      ['debug', 'info', 'warn', 'error'].map(level => Type.Literal(level)),
      { default: 'info' },
    ),
  },
  { additionalProperties: false },
);
export type EdgeConfig = Static<typeof EdgeConfigSchema>;

type Json = Record<string, unknown>;

/** File, then environment, then overrides; checked as a whole. @throws config_unreadable, config_invalid */
export function loadEdgeConfig(sources: {
  readonly file?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly overrides?: Json;
}): EdgeConfig {
  const merged = merge(
    merge(sources.file ? readJson(sources.file) : {}, readEnvironment(sources.environment ?? {})),
    sources.overrides ?? {},
  );
  const config = Value.Default(EdgeConfigSchema, merged);
  const [first] = Value.Errors(EdgeConfigSchema, config);
  if (!first) return config as EdgeConfig;
  const path = first.instancePath.split('/').slice(1);
  throw configErrors.config_invalid({ field: path.join('.') || '(whole)', problem: problemAt(path, first) });
}

/** What a person can act on: the schema's own words for a wrong choice or an unknown field say little. */
function problemAt(path: readonly string[], error: { readonly message: string }): string {
  const field = path.reduce<Field | undefined>(
    (schema, name) => schema?.properties?.[name],
    EdgeConfigSchema,
  );
  if (!field) return 'no such field';
  const choices = field.anyOf?.map(choice => choice.const);
  return choices ? `must be one of ${choices.join(', ')}` : error.message;
}

/** The part of a schema that reading the environment and explaining an error need. */
interface Field {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly anyOf?: readonly { readonly const?: unknown }[];
}

/** `relay.activeLow` is PORTER_EDGE_RELAY_ACTIVE_LOW, and so on for every field. */
function readEnvironment(environment: NodeJS.ProcessEnv): Json {
  const found: Json = {};
  const visit = (schema: Field, path: readonly string[]): void => {
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      const inner = [...path, name];
      if (field.properties) {
        visit(field, inner);
        continue;
      }
      const text = environment[variableOf(inner)];
      if (text !== undefined && text !== '') put(found, inner, fromText(text, field.type));
    }
  };
  visit(EdgeConfigSchema, []);
  return found;
}

function variableOf(path: readonly string[]): string {
  const words = path.map(name => name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase());
  return `PORTER_EDGE_${words.join('_')}`;
}

/** Text that is not of the field's type stays text, which the schema then refuses by name. */
function fromText(text: string, type: string | undefined): unknown {
  if (type === 'integer' || type === 'number') return text.trim() === '' ? text : Number(text);
  if (type === 'boolean') return { true: true, '1': true, false: false, '0': false }[text] ?? text;
  if (type === 'array') return text.split(',').map(part => part.trim());
  return text;
}

/** `over` wins, field by field. */
function merge(base: Json, over: Json): Json {
  const merged: Json = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isObject(value) && isObject(below) ? merge(below, value) : value;
  }
  return merged;
}

function readJson(file: string): Json {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isObject(value)) throw new Error('not a JSON object');
    return value;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw configErrors.config_unreadable({ file, problem }, { cause });
  }
}

function put(target: Json, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = isObject(target[name]) ? { ...target[name] } : {};
  put(inner, rest, value);
  target[name] = inner;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
