import type { PorterError } from '../../protocol/index.js';
import { withoutCredentials } from './credentials.js';
import { cameraErrors } from './errors.js';

/** What ffmpeg 5 says, most telling first; the codes of HTTP and RTSP stand at the start of a server's answer. */
const sayings: readonly (readonly [RegExp, (camera: string) => PorterError])[] = [
  [
    /\b40[13] (Unauthorized|Forbidden)|error 40[13]\b|HTTP error 40[13]|authorization failed/i,
    () => cameraErrors.camera_unauthorised(),
  ],
  [/Device or resource busy/i, camera => cameraErrors.camera_busy({ camera })],
  [/Permission denied|Operation not permitted/i, camera => cameraErrors.camera_forbidden({ camera })],
  [
    /No such (file|device)|Connection refused|No route to host|Network is unreachable|timed out|Failed to resolve|404 Not Found|error 404\b/i,
    camera => cameraErrors.camera_not_found({ camera }),
  ],
];

/**
 * Why ffmpeg ended, from its error output: camera_unauthorised, camera_busy, camera_forbidden, camera_not_found, else camera_lost
 * with its last line. It ends with code 0 when a server goes away, so the code says nothing. A camera that has `played` was
 * there: what times out or refuses then is lost, not absent.
 */
export function explain(
  output: string,
  { camera, played }: { readonly camera: string; readonly played: boolean },
): PorterError {
  const error = sayings.find(([saying]) => saying.test(output))?.[1](camera);
  if (error && !(played && error.code === 'camera_not_found')) return error;
  const lastLine = output.trim().split('\n').at(-1) ?? '';
  return cameraErrors.camera_lost({ problem: withoutCredentials(lastLine) || 'the stream ended' });
}
