import onvif from 'node-onvif';
import { cameraErrors } from './errors.js';
import { withoutCredentials } from './ffmpeg-source.js';

export interface FoundCamera {
  /** Address of the device service. */
  readonly xaddr: string;
  readonly name: string;
}

const answer_timeout_ms = 8_000;

/** Asks the network for ONVIF cameras (WS-Discovery). */
export async function discoverCameras(options: { readonly timeout_ms: number }): Promise<FoundCamera[]> {
  const stop = setTimeout(() => void onvif.stopProbe().catch(() => undefined), options.timeout_ms);
  try {
    const found = await withTimeout(onvif.startProbe(), options.timeout_ms + 2_000);
    return found.flatMap(({ xaddrs, name }) => xaddrs.slice(0, 1).map(xaddr => ({ xaddr, name })));
  } finally {
    clearTimeout(stop);
  }
}

/** The RTSP address of a camera's first profile, with the credentials in it. */
export async function onvifStreamUri(options: {
  /** `onvif://user:password@host[:port]` */
  readonly address: string;
}): Promise<string> {
  const url = new URL(options.address.replace(/^onvif:/, 'http:'));
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const camera = withoutCredentials(options.address);
  const path = url.pathname === '/' ? '/onvif/device_service' : url.pathname;
  try {
    // The user name goes into XML as it is: node-onvif does not escape it.
    const device = new onvif.OnvifDevice({
      xaddr: `http://${url.host}${path}`,
      user: escapeXml(user),
      pass: password,
    });
    await withTimeout(device.init(), answer_timeout_ms);
    const stream = device.getUdpStreamUrl();
    if (!stream) throw new Error('it names no stream');
    const target = new URL(stream);
    target.username = encodeURIComponent(user);
    target.password = encodeURIComponent(password);
    return target.href;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    if (/401|unauthori[sz]ed|NotAuthorized/i.test(problem))
      throw cameraErrors.camera_unauthorised({}, { cause });
    throw cameraErrors.onvif_failed({ camera, problem }, { cause });
  }
}

/** node-onvif has no time-outs of its own. */
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

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, letter => `&#${letter.charCodeAt(0)};`);
}
