import { modelErrors } from '../../models/index.js';
import { type ErrorParams, PorterError } from '../../protocol/errors.js';
import { visionErrors } from '../errors.js';
import type { AnalyseOptions, ImageAnalysis } from '../types.js';
import type { VisionOptions } from '../vision.js';

/** What the thread is started with. */
export type ThreadData = VisionOptions;

export type ToThread =
  | {
      readonly kind: 'analyse';
      readonly id: number;
      readonly bytes: Uint8Array;
      readonly options: AnalyseOptions | undefined;
    }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready'; readonly packId: string; readonly dimension: number }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'analysed'; readonly id: number; readonly analysis: ImageAnalysis }
  | { readonly kind: 'refused'; readonly id: number; readonly error: SentError };

/** A structured clone keeps neither class nor code of an error. */
export interface SentError {
  readonly code: string | undefined;
  readonly message: string;
  readonly params: ErrorParams;
}

export function toSentError(error: unknown): SentError {
  if (error instanceof PorterError) return { code: error.code, message: error.message, params: error.params };
  return { code: undefined, message: error instanceof Error ? error.message : String(error), params: {} };
}

export function fromSentError({ code, message, params }: SentError): Error {
  const factory = Object.entries({ ...modelErrors, ...visionErrors }).find(([key]) => key === code)?.[1];
  return factory === undefined ? new Error(message) : factory(params);
}
