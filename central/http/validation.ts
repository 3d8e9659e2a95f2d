import type { FastifySchemaCompiler } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { httpErrors } from './errors.js';

/** What the schema of a route refused; leaves as `invalid_input`. */
export class InvalidInput extends Error {
  constructor(
    readonly field: string,
    readonly problem: string,
  ) {
    super(`${field}: ${problem}`);
  }
}

/**
 * Bodies are taken as they are, with defaults filled in; text in queries, paths and headers is read as the type that the
 * schema wants.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  const isText = httpPart !== 'body';
  return (input: unknown) => {
    const given = isText ? Value.Convert(schema, { ...(input as object) }) : input;
    const value: unknown = Value.Default(schema, given);
    if (holdsNul(value)) return { error: new InvalidInput(httpPart ?? 'body', 'holds a NUL character') };
    if (validator.Check(value)) return { value };
    return { error: firstProblem(validator.Errors(value), httpPart ?? 'body') };
  };
};

/** Checks a value against a schema outside of a route. Errors: `invalid_input`. */
export function parse<T extends TSchema>(schema: T, value: unknown): Static<T> {
  if (Value.Check(schema, value)) return value;
  const { field, problem } = firstProblem(Value.Errors(schema, value), 'body');
  throw httpErrors.invalid_input({ field, problem });
}

interface SchemaProblem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** PostgreSQL's text cannot hold U+0000; no name or number has one. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsNul);
}

/** The field of the deepest problem: in a union the branch that came furthest says most. */
export function firstProblem(problems: readonly SchemaProblem[], part: string): InvalidInput {
  const deepest = [...problems].sort((a, b) => depth(b) - depth(a))[0];
  if (!deepest) return new InvalidInput(part, 'invalid');
  const missing = 'requiredProperties' in deepest.params ? deepest.params.requiredProperties : undefined;
  const path = deepest.instancePath.split('/').slice(1);
  if (Array.isArray(missing) && typeof missing[0] === 'string') {
    return new InvalidInput([...path, missing[0]].join('.'), 'is missing');
  }
  return new InvalidInput(path.join('.') || part, deepest.message);
}

const depth = (problem: SchemaProblem): number => problem.instancePath.split('/').length;
