import onvif, { type Profile } from 'node-onvif';
import { PorterError } from '../../protocol/index.js';
import type { Clock, FrameSource } from '../contracts.js';
import { withoutCredentials } from './credentials.js';
import { cameraErrors } from './errors.js';
import { createFfmpegSource } from './ffmpeg-source.js';

/** Each of the requests has a time-out of 3 s in the library; a camera with many profiles needs many of them. */
const answer_timeout_ms = 8_000;

export interface OnvifOptions {
  /** `onvif://user:password@host[:port][/path][?profile=token]`, credentials percent-encoded; default the first profile. */
  readonly address: string;
  readonly clock: Pick<Clock, 'monotonic_ms'>;
}

/** An ONVIF camera's RTSP stream. Its address is asked for at every opening: it changes when cameras restart. */
export function createOnvifSource({ address, clock }: OnvifOptions): FrameSource {
  return {
    description: withoutCredentials(address),
    async *open(signal) {
      const input = await onvifStreamUri(address);
      yield* createFfmpegSource({ kind: 'rtsp', input, clock }).open(signal);
    },
  };
}

/** The RTSP address of a camera's profile, with the credentials in it. @throws camera_unauthorised, camera_not_found, onvif_failed */
export async function onvifStreamUri(
  address: string,
  { timeout_ms = answer_timeout_ms }: { readonly timeout_ms?: number } = {},
): Promise<string> {
  const url = new URL(address.replace(/^onvif:/, 'http:'));
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const camera = `onvif://${url.host}`;
  const path = url.pathname === '/' ? '/onvif/device_service' : url.pathname;
  try {
    const device = new onvif.OnvifDevice({
      xaddr: `http://${url.host}${path}`,
      // Goes into XML as it is.
      user: escapeXml(user),
      pass: password,
    });
    await withTimeout(device.init(), timeout_ms);
    const target = new URL(streamOf(device.getProfileList(), url.searchParams.get('profile')));
    target.username = encodeURIComponent(user);
    target.password = encodeURIComponent(password);
    return target.href;
  } catch (cause) {
    throw asCoded(cause, camera);
  }
}

function streamOf(profiles: readonly Profile[], wanted: string | null): string {
  const profile = wanted ? profiles.find(({ token }) => token === wanted) : profiles[0];
  const names = profiles.map(({ token }) => token).join(', ');
  if (!profile) throw new Error(wanted ? `no profile ${wanted} (it has ${names})` : 'it has no profile');
  // The same stream as a rule; the address for RTP within RTSP is the one that ffmpeg will use.
  const uri = profile.stream.rtsp || profile.stream.udp;
  if (!/^rtsps?:\/\//.test(uri)) throw new Error('it names no RTSP stream');
  return uri;
}

function asCoded(cause: unknown, camera: string): PorterError {
  if (cause instanceof PorterError) return cause;
  const problem = withoutCredentials(cause instanceof Error ? cause.message : String(cause));
  if (/\b40[13]\b|not\s?authori[sz]ed|unauthori[sz]ed|authority failure/i.test(problem)) {
    return cameraErrors.camera_unauthorised({}, { cause });
  }
  if (
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|socket hang up|no answer within/.test(problem)
  ) {
    return cameraErrors.camera_not_found({ camera }, { cause });
  }
  return cameraErrors.onvif_failed({ camera, problem }, { cause });
}

/** Its parts may wait for ever: a server that stops in the middle of an answer is not noticed by the library. */
async function withTimeout<T>(work: Promise<T>, timeout_ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeout_ms} ms`)), timeout_ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Letters beyond ASCII as well: the library refuses them otherwise. */
function escapeXml(text: string): string {
  return text.replace(/[<>&"']|[^\x20-\x7e]/gu, letter => `&#${letter.codePointAt(0)};`);
}
