import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock as clock } from '../clock.js';
import type { CameraState, Frame, FrameSource } from '../contracts.js';
import { createRecordingLog } from '../testing/log.js';
import { createCameraFeed } from './feed.js';
import { createFfmpegSource } from './ffmpeg-source.js';

const script = fileURLToPath(new URL('./testing/rtsp-camera.py', import.meta.url));
const python = '/usr/bin/python3';
const canServe =
  spawnSync('ffmpeg', ['-version']).status === 0 &&
  spawnSync(python, [
    '-c',
    'import gi; gi.require_version("GstRtspServer", "1.0"); from gi.repository import Gst; Gst.init(None); assert Gst.ElementFactory.find("x264enc")',
  ]).status === 0;

const user = 'user';
const password = 'p@ss:w/rd';
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

async function startCamera(method: 'basic' | 'digest') {
  const camera = spawn(python, [script, method, user, password], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(camera);
  const [port] = (await once(camera.stdout, 'data')) as [Buffer];
  const source = (secret = password): FrameSource =>
    createFfmpegSource({
      kind: 'rtsp',
      input: `rtsp://${user}:${encodeURIComponent(secret)}@127.0.0.1:${port.toString().trim()}/main`,
      clock,
    });
  return { camera, source };
}

async function* read(source: FrameSource): AsyncIterable<Frame> {
  yield* source.open(new AbortController().signal);
}

describe.skipIf(!canServe)('a real RTSP server (needs ffmpeg and gir1.2-gst-rtsp-server-1.0)', () => {
  test.each(['basic', 'digest'] as const)(
    'with %s authentication gives pictures, and refuses others by code',
    async method => {
      const { source } = await startCamera(method);
      for await (const { jpeg } of read(source())) {
        expect(await sharp(jpeg).metadata()).toMatchObject({ width: 1280, height: 720 });
        break;
      }
      const refused = read(source('wrong'))[Symbol.asyncIterator]().next();
      await expect(refused).rejects.toMatchObject({ code: 'camera_unauthorised' });
    },
  );

  test('that dies is a lost camera', async () => {
    const { camera, source } = await startCamera('digest');
    const reading = (async () => {
      for await (const _ of read(source())) camera.kill('SIGKILL');
    })();
    await expect(reading).rejects.toMatchObject({ code: 'camera_lost' });
  });

  test('that hangs is a frozen camera, long before ffmpeg notices, and is back when it goes on', async () => {
    const { camera, source } = await startCamera('digest');
    const log = createRecordingLog();
    const feed = createCameraFeed({ source: source(), clock, log, watchdog_ms: 1_000, retryFirst_ms: 100 });
    const next = (wanted: string): Promise<void> =>
      new Promise(resolve =>
        feed.onStateChange((state: CameraState) => {
          if ((state.kind === 'lost' ? state.code : state.kind) === wanted) resolve();
        }),
      );
    await next('ok');
    camera.kill('SIGSTOP');
    await next('camera_frozen');
    camera.kill('SIGCONT');
    await next('ok');
    await feed.close();
  });
});
