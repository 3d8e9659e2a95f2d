import type { Face, Vision } from '../../vision/index.js';
import { calibration, dimension } from './faces.js';

export interface ScriptedVision extends Vision {
  /** What every frame shows from now on. */
  show(faces: readonly Face[]): void;
  /** The next frame fails so. */
  failOnce(error: Error): void;
}

/** Sees what it is told to see, whatever the picture. */
export function createScriptedVision(): ScriptedVision {
  let shown: readonly Face[] = [];
  let failure: Error | undefined;
  const times_ms = { decode: 0, detect: 0, landmarks: 0, quality: 0, liveness: 0, align: 0, embed: 0 };
  return {
    packId: 'test',
    dimension,
    calibration,
    show(faces) {
      shown = faces;
    },
    failOnce(error) {
      failure = error;
    },
    async analyse() {
      const error = failure;
      failure = undefined;
      if (error) throw error;
      return { width: 1_280, height: 720, faces: shown, packId: 'test', times_ms };
    },
    async close() {},
  };
}
