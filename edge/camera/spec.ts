import { statSync } from 'node:fs';
import { cast, gateProgramme, tillProgramme } from '../../fixtures/index.js';
import type { Clock, DemoDirector, FrameSource } from '../contracts.js';
import { createDemoSource } from './demo-source.js';
import { cameraErrors } from './errors.js';
import { createFfmpegSource } from './ffmpeg-source.js';
import { createFolderSource } from './folder-source.js';
import { onvifStreamUri } from './onvif.js';

export interface ChosenCamera {
  readonly source: FrameSource;
  /** Only of the demo camera. */
  readonly director?: DemoDirector;
}

/** Reads a camera as people write it; see the error's text for the forms. @throws camera_spec_invalid */
export function parseCameraSpec(spec: string, clock: Clock): ChosenCamera {
  if (spec === 'demo' || spec === 'demo:gate' || spec === 'demo:till') {
    const till = spec === 'demo:till';
    const source = createDemoSource({
      programme: till ? tillProgramme : gateProgramme,
      actors: cast.map(actor => actor.id),
      stand_ms: till ? 15_000 : 3_000,
      place: till ? 'canteen' : 'corridor',
      clock,
    });
    return { source, director: source.director };
  }
  if (/^rtsps?:\/\//.test(spec)) return { source: createFfmpegSource({ kind: 'rtsp', input: spec, clock }) };
  if (/^https?:\/\//.test(spec)) return { source: createFfmpegSource({ kind: 'http', input: spec, clock }) };
  if (spec.startsWith('onvif://') && URL.canParse(spec)) return { source: createOnvifSource(spec, clock) };
  if (/^\/dev\/video\d+$/.test(spec))
    return { source: createFfmpegSource({ kind: 'v4l2', input: spec, clock }) };
  const file = statSync(spec, { throwIfNoEntry: false });
  if (file?.isDirectory()) return { source: createFolderSource({ folder: spec, clock }) };
  if (file?.isFile()) return { source: createFfmpegSource({ kind: 'file', input: spec, clock }) };
  throw cameraErrors.camera_spec_invalid({ spec });
}

/** Asks the camera for its stream each time it is opened: addresses change when cameras restart. */
function createOnvifSource(address: string, clock: Clock): FrameSource {
  return {
    description: `onvif://${new URL(address.replace(/^onvif:/, 'http:')).host}`,
    async *open(signal) {
      const input = await onvifStreamUri({ address });
      yield* createFfmpegSource({ kind: 'rtsp', input, clock }).open(signal);
    },
  };
}
