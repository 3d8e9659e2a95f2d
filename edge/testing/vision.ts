import type { Face, Vision } from '../../vision/index.js';
import { calibration, dimension } from './faces.js';

export interface ScriptedVision extends Vision {
  /** What every frame shows from now on. */
  show(faces: readonly Face[]): void;
  /** The next frame fails so. */
  failOnce(error: Error): void;
  /** Frames that were only skimmed. */
  readonly skimmed: number;
}

/** Sees what it is told to see, whatever the picture. */
export function createScriptedVision(): ScriptedVision {
  let shown: readonly Face[] = [];
  let failure: Error | undefined;
  let skimmed = 0;
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
    get skimmed() {
      return skimmed;
    },
    async analyse(_, options = {}) {
      const error = failure;
      failure = undefined;
      if (error) throw error;
      const skim = options.skimSingle === true && shown.length === 1;
      if (skim) skimmed += 1;
      const faces = skim ? shown.map(({ embedding, liveness, ...face }) => face) : shown;
      return { width: 1_280, height: 720, faces, packId: 'test', times_ms };
    },
    async close() {},
  };
}
