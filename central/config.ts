import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Currency } from '../protocol/index.js';
import { centralErrors } from './errors.js';
import { firstProblem } from './http/index.js';
import { TopUps } from './top-up-config.js';

const closed = { additionalProperties: false };
const Fpir = (fallback: number) => Type.Number({ minimum: 1e-9, maximum: 0.5, default: fallback });
const Limit_minor = (fallback: number) =>
  Type.Integer({ minimum: 0, maximum: 100_000_000, default: fallback });

const Door = Type.Object(
  {
    /** Wanted false-positive identification rate of one approach. */
    fpir: Fpir(0.001),
    relayPulse_ms: Type.Integer({ minimum: 100, maximum: 60_000, default: 3_000 }),
  },
  { ...closed, default: {} },
);

const Payment = Type.Object(
  {
    fpir: Fpir(0.0001),
    perMealLimit_minor: Limit_minor(10_000),
    perDayLimit_minor: Limit_minor(20_000),
    cooldown_s: Type.Integer({ minimum: 0, maximum: 86_400, default: 300 }),
    /** Meals above it ask for the diner's PIN at the till; absent: none does. */
    pinAbove_minor: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
    /** Refunds of one meal or top-up above this need a second person. */
    refundApproval_minor: Limit_minor(5_000),
    /** A day's books close without a till that was not heard for this long after the day. */
    tillTimeout_h: Type.Number({ minimum: 0, maximum: 720, default: 48 }),
    offline: Type.Object(
      {
        perMealLimit_minor: Limit_minor(5_000),
        perPersonDayLimit_minor: Limit_minor(10_000),
        tillTotalLimit_minor: Limit_minor(500_000),
        maxHours: Type.Number({ minimum: 0, maximum: 720, default: 24 }),
      },
      { ...closed, default: {} },
    ),
  },
  { ...closed, default: {} },
);

/** The configuration of one central process. Every field also comes from the environment (PORTER_CENTRAL_…). */
export const CentralConfig = Type.Object(
  {
    host: Type.String({ minLength: 1, default: '127.0.0.1' }),
    /** 0 takes any free port. */
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
    /** Database file and keys; made when it is missing. */
    dataDirectory: Type.String({ minLength: 1, default: 'data/central' }),
    /** Absent: an SQLite file in the data directory. */
    database: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
    campus: Type.String({ minLength: 1, maxLength: 100, default: 'Campus' }),
    /** IANA zone of the campus' day and of access windows. */
    timeZone: Type.String({ default: 'Asia/Shanghai' }),
    /** Model pack of new templates. */
    packId: Type.String({ minLength: 1, maxLength: 100, default: 'porter-512' }),
    currency: { ...Currency, default: 'CNY' },
    sessionHours: Type.Number({ exclusiveMinimum: 0, maximum: 168, default: 12 }),
    /** Send the session cookie over HTTPS alone. */
    secureCookie: Type.Boolean({ default: false }),
    /** Take the client's address from X-Forwarded-For: only behind a proxy that sets it. */
    trustProxy: Type.Boolean({ default: false }),
    maxPhoto_bytes: Type.Integer({ minimum: 10_000, maximum: 50_000_000, default: 10_000_000 }),
    maxTemplatesPerPerson: Type.Integer({ minimum: 1, maximum: 10, default: 5 }),
    /** Cosine from which a new face counts as another person's. Absent: from the pack's calibration. */
    duplicateScore: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    demo: Type.Boolean({ default: false }),
    /** Password of the first administrator; absent: one is made and printed. */
    adminPassword: Type.Optional(Type.String({ minLength: 8, maxLength: 200 })),
    /** 64 hex digits that seal templates; absent: a key file in the data directory. */
    key: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{64}$' })),
    logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
    door: Door,
    payment: Payment,
    topUps: TopUps,
  },
  closed,
);
export type CentralConfig = Static<typeof CentralConfig>;

export interface ConfigSources {
  /** JSON file. */
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly overrides?: Partial<CentralConfig>;
}

/** Overrides win over the environment, it over the file, it over the defaults. Errors: `config_invalid`. */
export function loadCentralConfig({ file, environment = {}, overrides = {} }: ConfigSources): CentralConfig {
  const fromFile = file === undefined ? {} : readJson(file);
  const fromEnvironment = readEnvironment(CentralConfig, environment, 'PORTER_CENTRAL');
  const merged = merge(merge(fromFile, fromEnvironment ?? {}), overrides);
  const config = Value.Default(CentralConfig, merged);
  if (!Value.Check(CentralConfig, config)) {
    const { field, problem } = firstProblem(Value.Errors(CentralConfig, config), 'configuration');
    throw centralErrors.config_invalid({ field, problem });
  }
  if (!isTimeZone(config.timeZone)) {
    throw centralErrors.config_invalid({
      field: 'timeZone',
      problem: `no such time zone: ${config.timeZone}`,
    });
  }
  return config;
}

export const databaseFileOf = (config: CentralConfig): string => join(config.dataDirectory, 'central.sqlite');

function readJson(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isRecord(value)) return value;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw centralErrors.config_invalid({ field: file, problem }, { cause });
  }
  throw centralErrors.config_invalid({ field: file, problem: 'not a JSON object' });
}

/** `door.relayPulse_ms` ← PORTER_CENTRAL_DOOR_RELAY_PULSE_MS. */
function readEnvironment(
  schema: TSchema,
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): Record<string, unknown> | undefined {
  const found: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(propertiesOf(schema))) {
    const variable = `${name}_${key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
    const text = environment[variable];
    const value =
      Object.keys(propertiesOf(field)).length > 0
        ? readEnvironment(field, environment, variable)
        : text === undefined || text === ''
          ? undefined
          : Value.Convert(field, text);
    if (value !== undefined) found[key] = value;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function propertiesOf(schema: TSchema): Record<string, TSchema> {
  return 'properties' in schema && isRecord(schema.properties)
    ? (schema.properties as Record<string, TSchema>)
    : {};
}

function merge(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined) continue;
    const base = merged[key];
    merged[key] = isRecord(base) && isRecord(value) ? merge(base, value) : value;
  }
  return merged;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isTimeZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
