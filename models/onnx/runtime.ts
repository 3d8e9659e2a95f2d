import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { modelErrors } from '../errors.js';

/** One loaded net. Runs block the thread they are called on. */
export interface Net {
  readonly inputName: string;
  readonly outputNames: readonly string[];
  /**
   * Runs on one input; the shape's first number is 1. Every output value is finite.
   * @throws model_output_invalid, bad_model
   */
  run(
    data: Float32Array | Uint8Array,
    shape: readonly number[],
  ): Promise<Readonly<Record<string, Float32Array>>>;
  release(): Promise<void>;
}

type OrtModule = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

/** Imported late: there is no binary of it for 32-bit ARM, where the tfjs engine serves. */
async function importOrt(): Promise<OrtModule> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw modelErrors.engine_unavailable(
      { engine: 'onnxruntime-node', problem: messageOf(cause) },
      { cause },
    );
  }
}

/**
 * Loads an ONNX file with one input. One intra-op thread: more were slower on a busy machine.
 * @throws engine_unavailable, bad_model
 */
export async function createNet({
  pack,
  name,
  bytes,
}: {
  readonly pack: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}): Promise<Net> {
  const ort = await importOrt();
  const fail = (cause: unknown) =>
    modelErrors.bad_model({ pack, net: name, problem: messageOf(cause) }, { cause });
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw fail(cause);
  }
  const [inputName] = session.inputNames;
  if (inputName === undefined || session.inputNames.length !== 1) throw fail('it must have one input');

  return {
    inputName,
    outputNames: session.outputNames,
    async run(data, shape) {
      const type = data instanceof Uint8Array ? 'uint8' : 'float32';
      let outputs: Readonly<Record<string, Tensor>>;
      try {
        outputs = await session.run({ [inputName]: new ort.Tensor(type, data, shape) } as Record<
          string,
          Tensor
        >);
      } catch (cause) {
        throw fail(cause);
      }
      const values: Record<string, Float32Array> = {};
      for (const [output, tensor] of Object.entries(outputs)) {
        const { data: numbers } = tensor;
        if (!(numbers instanceof Float32Array)) throw fail(`output ${output} is not float32`);
        if (!allFinite(numbers)) throw modelErrors.model_output_invalid({ pack, net: name });
        values[output] = numbers;
      }
      return values;
    },
    release: () => session.release(),
  };
}

/** A sum over the values is finite only when each is; doubles cannot overflow from so few floats. */
function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return Number.isFinite(sum);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
