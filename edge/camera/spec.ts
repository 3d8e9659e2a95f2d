import { statSync } from 'node:fs';
import { cast, gateProgramme, tillProgramme } from '../../fixtures/index.js';
import type { Clock, DemoDirector, FrameSource } from '../contracts.js';
import { withoutCredentials } from './credentials.js';
import { createDemoSource } from './demo-source.js';
import { cameraErrors } from './errors.js';
import { createFfmpegSource } from './ffmpeg-source.js';
import { createFolderSource } from './folder-source.js';
import { createOnvifSource } from './onvif.js';

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
  const source = networkSource(spec, clock) ?? localSource(spec, clock);
  if (source) return { source };
  throw cameraErrors.camera_spec_invalid({ spec: withoutCredentials(spec) });
}

function networkSource(spec: string, clock: Clock): FrameSource | undefined {
  const protocol = /^([a-z]+):\/\/[^/]/.exec(spec)?.[1];
  if (protocol === 'rtsp' || protocol === 'rtsps')
    return createFfmpegSource({ kind: 'rtsp', input: spec, clock });
  if (protocol === 'http' || protocol === 'https')
    return createFfmpegSource({ kind: 'http', input: spec, clock });
  if (protocol === 'onvif' && URL.canParse(spec)) return createOnvifSource({ address: spec, clock });
  return undefined;
}

function localSource(spec: string, clock: Clock): FrameSource | undefined {
  // By number, or by the names that stay the same when cameras are plugged in in another order.
  if (/^\/dev\/(video\d+|v4l\/.+)$/.test(spec))
    return createFfmpegSource({ kind: 'v4l2', input: spec, clock });
  const file = statSync(spec, { throwIfNoEntry: false });
  if (file?.isDirectory()) return createFolderSource({ folder: spec, clock });
  if (file?.isFile()) return createFfmpegSource({ kind: 'file', input: spec, loop: true, clock });
  return undefined;
}
