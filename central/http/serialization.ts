import type { FastifySerializerCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { firstProblem } from './validation.js';

/** Every answer is built field by field; its schema is for the document and the types. */
export const plainSerializer: FastifySerializerCompiler<TSchema> = () => answer => JSON.stringify(answer);

/** Throws when an answer does not fit the schema that the document promises. */
export const checkedSerializer: FastifySerializerCompiler<TSchema> = ({ schema, url }) => {
  const validator = Compile(schema);
  return answer => {
    const plain: unknown = JSON.parse(JSON.stringify(answer));
    if (!validator.Check(plain)) {
      const { field, problem } = firstProblem(validator.Errors(plain), 'answer');
      throw new Error(`the answer of ${url} does not fit its schema: ${field} ${problem}`);
    }
    return JSON.stringify(answer);
  };
};
