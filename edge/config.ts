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

const LivenessPolicySchema = Type.Object(
  {
    required: Type.Boolean({ default: true }),
    threshold: Type.Number({ minimum: 0, maximum: 1, default: 0.4 }),
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
      { door: LivenessPolicySchema, payment: LivenessPolicySchema },
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

/** Names in the environment for the fields that are plain values. */
const environmentFields: Readonly<Record<string, string>> = {
  PORTER_EDGE_CENTRAL_URL: 'centralUrl',
  PORTER_EDGE_PAIRING_CODE: 'pairingCode',
  PORTER_EDGE_DATA_DIRECTORY: 'dataDirectory',
  PORTER_EDGE_CAMERA: 'camera',
  PORTER_EDGE_PACK: 'pack',
  PORTER_EDGE_RELAY_DRIVER: 'relay.driver',
  PORTER_EDGE_RELAY_PIN: 'relay.pin',
  PORTER_EDGE_RELAY_BASE: 'relay.base',
  PORTER_EDGE_RELAY_ACTIVE_LOW: 'relay.activeLow',
  PORTER_EDGE_SCREEN_HOST: 'screen.host',
  PORTER_EDGE_SCREEN_PORT: 'screen.port',
  PORTER_EDGE_LOG_LEVEL: 'logLevel',
};

type Json = Record<string, unknown>;

/** File, then environment, then overrides; checked as a whole. @throws config_unreadable, config_invalid */
export function loadEdgeConfig(sources: {
  readonly file?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly overrides?: Json;
}): EdgeConfig {
  const merged: Json = sources.file ? readJson(sources.file) : {};
  for (const [name, field] of Object.entries(environmentFields)) {
    const text = sources.environment?.[name];
    if (text !== undefined && text !== '') put(merged, field.split('.'), text);
  }
  for (const [field, value] of Object.entries(sources.overrides ?? {})) {
    if (isObject(value)) merged[field] = { ...(isObject(merged[field]) ? merged[field] : {}), ...value };
    else merged[field] = value;
  }
  const config = Value.Default(EdgeConfigSchema, Value.Convert(EdgeConfigSchema, merged));
  const [first] = Value.Errors(EdgeConfigSchema, config);
  if (!first) return config as EdgeConfig;
  const extra = (first.params as { additionalProperties?: string[] }).additionalProperties?.[0];
  const field = [...first.instancePath.split('/').slice(1), ...(extra ? [extra] : [])].join('.') || '(whole)';
  throw configErrors.config_invalid({ field, problem: extra ? 'no such field' : first.message });
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
