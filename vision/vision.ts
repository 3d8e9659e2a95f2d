import { loadPack, type Pack, type PackOptions } from '../models/index.js';
import type { Engine } from './engine.js';
import { visionErrors } from './errors.js';
import { createOnnxEngine } from './onnx-engine.js';
import { createPipeline } from './pipeline.js';
import type { ImageAnalysis, Vision } from './types.js';

export const defaultPack = 'porter-512';

export interface VisionOptions extends PackOptions {
  /** A pack's id; default `porter-512`. */
  readonly pack?: string;
}

/** Pictures that may wait behind the one being analysed. */
export const maxWaiting = 8;

/** Loads a pack's nets into the engine that its manifest names. @throws the errors of models/errors.ts */
export async function createEngine(pack: Pack): Promise<Engine> {
  if (pack.engine === 'onnx') return createOnnxEngine(pack);
  // Loaded late: TensorFlow.js takes half a second that nobody else needs.
  const { createTfjsEngine } = await import('./tfjs-engine.js');
  return createTfjsEngine(pack);
}

/**
 * Loads a pack in this thread. Inference blocks the event loop, so a process that does anything else wants
 * `createVisionWorker`. @throws the errors of models/errors.ts; `analyse` those of vision/errors.ts
 */
export async function createVision(options: VisionOptions = {}): Promise<Vision> {
  const pack = loadPack(options.pack ?? defaultPack, options);
  const engine = await createEngine(pack);
  const analyse = createPipeline({ packId: pack.id, engine });
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closed = false;
  return {
    packId: pack.id,
    dimension: pack.dimension,
    calibration: pack.calibration,
    async analyse(image, analyseOptions): Promise<ImageAnalysis> {
      if (closed) throw visionErrors.vision_closed();
      if (waiting > maxWaiting) throw visionErrors.vision_busy({ waiting });
      waiting += 1;
      const mine = last
        .then(() => analyse(image, analyseOptions))
        .finally(() => {
          waiting -= 1;
        });
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      if (closed) return;
      closed = true;
      await last;
      await engine.close();
    },
  };
}
