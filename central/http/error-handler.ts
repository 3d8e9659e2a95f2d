import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { languageOf, PorterError } from '../../protocol/index.js';
import { httpErrors } from './errors.js';
import { InvalidInput } from './validation.js';

/** Every failure leaves as an ErrorBody in the caller's language. */
export function handleError(
  error: FastifyError | PorterError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const coded = toCoded(error);
  if (coded.status >= 500) request.log.error({ err: error, code: coded.code }, 'request failed');
  reply.status(coded.status).send(coded.toBody(languageOf(request.headers['accept-language'])));
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): void {
  handleError(httpErrors.not_found({ path: request.url.slice(0, 200) }), request, reply);
}

function toCoded(error: FastifyError | PorterError | Error): PorterError {
  if (error instanceof PorterError) return error;
  if (error instanceof InvalidInput) {
    return httpErrors.invalid_input({ field: error.field, problem: error.problem });
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status === 413) return httpErrors.body_too_large({}, { cause: error });
  if (status === 415) return httpErrors.unsupported_content({}, { cause: error });
  if (status === 429) return httpErrors.too_many_requests({}, { cause: error });
  if (status >= 400 && status < 500) return httpErrors.bad_request({}, { cause: error });
  return httpErrors.internal({}, { cause: error });
}
