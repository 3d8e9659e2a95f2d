import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import type { CameraState, Frame, FrameSource } from '../contracts.js';
import { createRecordingLog } from '../testing/log.js';
import { withoutCredentials } from './credentials.js';
import { createCameraFeed } from './feed.js';
import { explain } from './ffmpeg-errors.js';
import { createFfmpegSource, ffmpegArguments } from './ffmpeg-source.js';
import { type MjpegServer, startMjpegServer } from './testing/mjpeg-server.js';

const clock = systemClock;
const folder = mkdtempSync(join(tmpdir(), 'porter-ffmpeg-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function take(source: FrameSource, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  const done = new AbortController();
  for await (const frame of source.open(done.signal)) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  done.abort();
  return frames;
}

/** A program in ffmpeg's place. */
function script(name: string, lines: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('passwords', () => {
  test.each([
    ['rtsp://admin:s3cret@10.0.0.5/main', 'rtsp://10.0.0.5/main'],
    ['rtsp://admin:s3@cret@10.0.0.5/main', 'rtsp://10.0.0.5/main'],
    ['rtsp://admin:s3/cret@10.0.0.5/main', 'rtsp://10.0.0.5/main'],
    ['http://10.0.0.5/video?user=admin&pwd=s3cret', 'http://10.0.0.5/video?…'],
    ['onvif://admin:s3cret@10.0.0.5?profile=a', 'onvif://10.0.0.5?…'],
  ])('of %s stay out of descriptions, messages and logs', async (address, shown) => {
    expect(withoutCredentials(`opening ${address} failed`)).toBe(`opening ${shown} failed`);
    expect(createFfmpegSource({ kind: 'rtsp', input: address, clock }).description).toBe(shown);
    const error = explain(`[rtsp] ${address}: Server hung up`, { camera: 'x', played: false });
    expect(error.message).not.toMatch(/s3|cret/);
  });

  test('stay out of what a failing camera logs', async () => {
    const program = script('hung-up', 'echo "$@: Server hung up" >&2; exit 1');
    const lines: object[] = [];
    const log = { ...createRecordingLog(), info: (fields: object) => void lines.push(fields) };
    const source = createFfmpegSource({ kind: 'rtsp', input: 'rtsp://a:s3cret@h/x', clock, program });
    const feed = createCameraFeed({ source, clock, log });
    await new Promise<void>(resolve => feed.onStateChange(() => resolve()));
    await feed.close();
    expect(JSON.stringify(lines)).toContain('camera_lost');
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });
});

test.each([
  ['method DESCRIBE failed: 401 Unauthorized', 'camera_unauthorised'],
  ['http://h: Server returned 401 Unauthorized (authorization failed)', 'camera_unauthorised'],
  ['Connection to tcp://10.0.0.5:554 failed: Connection refused', 'camera_not_found'],
  ['Connection to tcp://10.0.0.5:4010 failed: Connection timed out', 'camera_not_found'],
  ['http://h: Server returned 404 Not Found', 'camera_not_found'],
  ['/dev/video0: Device or resource busy', 'camera_busy'],
  ['/dev/video0: Permission denied', 'camera_forbidden'],
  ['Invalid data found when processing input', 'camera_lost'],
  ['', 'camera_lost'],
])('ffmpeg’s “%s” is %s', (output, code) => {
  expect(explain(output, { camera: 'x', played: false })).toMatchObject({ code });
});

test('a camera that was there and times out is lost, not absent', () => {
  const output = 'rtsp://h/x: Connection timed out';
  expect(explain(output, { camera: 'x', played: true })).toMatchObject({ code: 'camera_lost' });
});

test('a device file that is not there is named', async () => {
  const source = createFfmpegSource({ kind: 'v4l2', input: '/dev/video99', clock });
  await expect(take(source, 1)).rejects.toMatchObject({
    code: 'camera_not_found',
    params: { camera: '/dev/video99' },
  });
});

test('without ffmpeg the error says how to get it', async () => {
  const program = join(folder, 'no-ffmpeg');
  const source = createFfmpegSource({ kind: 'rtsp', input: 'rtsp://127.0.0.1:1/x', clock, program });
  await expect(take(source, 1)).rejects.toMatchObject({ code: 'ffmpeg_missing' });
});

describe('of a USB camera', () => {
  const device = join(folder, 'video0');
  let picture: string;
  beforeAll(async () => {
    writeFileSync(device, '');
    picture = join(folder, 'picture');
    const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } });
    writeFileSync(picture, await image.jpeg().toBuffer());
  });

  test('JPEG pictures are handed on as they are', () => {
    const args = ffmpegArguments({ kind: 'v4l2', input: device, clock }).join(' ');
    expect(args).toContain('-input_format mjpeg');
    expect(args).toContain('-c:v copy');
  });

  test('other pictures are encoded', async () => {
    const program = script(
      'no-jpeg',
      `case "$*" in *input_format*) echo "Cannot find a proper format for codec 'mjpeg' (id 7)" >&2; exit 1;; esac
cat '${picture}'`,
    );
    const frames: Frame[] = [];
    const reading = (async () => {
      const source = createFfmpegSource({ kind: 'v4l2', input: device, clock, program });
      for await (const frame of source.open(new AbortController().signal)) frames.push(frame);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'camera_lost' });
    expect(frames.map(frame => Buffer.from(frame.jpeg))).toEqual([readFileSync(picture)]);
  });

  test('killing ffmpeg in the middle is a lost camera, and closing kills an ffmpeg that hangs', async () => {
    const pidFile = join(folder, 'pid');
    const program = script('hangs', `echo $$ >'${pidFile}'; cat '${picture}'; exec sleep 1000`);
    const source = createFfmpegSource({ kind: 'v4l2', input: device, clock, program });
    const pid = (): number => Number(readFileSync(pidFile, 'utf8'));

    const reading = (async () => {
      for await (const _ of source.open(new AbortController().signal)) process.kill(pid(), 'SIGKILL');
    })();
    await expect(reading).rejects.toMatchObject({ code: 'camera_lost' });

    const closing = new AbortController();
    for await (const _ of source.open(closing.signal)) closing.abort();
    // The end of its output has been read: the process is gone or about to be.
    while (isRunning(pid())) await new Promise(resolve => setImmediate(resolve));
  });

  test('opening with an aborted signal starts nothing', async () => {
    const started = join(folder, 'started');
    const program = script('starts', `touch '${started}'`);
    const source = createFfmpegSource({ kind: 'v4l2', input: device, clock, program });
    for await (const _ of source.open(AbortSignal.abort()));
    expect(() => readFileSync(started)).toThrow();
  });
});

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

describe.skipIf(!hasFfmpeg)('with ffmpeg', () => {
  const film = join(folder, 'film.mp4');
  let silent: Server;
  let server: MjpegServer;
  let picture: Buffer;
  beforeAll(async () => {
    const picturesOf = 'testsrc=size=320x240:rate=10:duration=1';
    const made = spawnSync('ffmpeg', ['-f', 'lavfi', '-i', picturesOf, '-pix_fmt', 'yuv420p', film]);
    if (made.status !== 0) throw new Error(made.stderr.toString());
    picture = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#405060' } })
      .jpeg()
      .toBuffer();
    silent = createServer();
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', () => resolve()));
    server = await startMjpegServer();
  });
  afterAll(async () => {
    silent?.close();
    await server?.close();
  });

  /** Sends pictures until the returned function is called. */
  const film25 = (): (() => void) => {
    const timer = setInterval(() => server.show(picture), 40);
    return () => clearInterval(timer);
  };

  test('a film gives its frames and ends, or starts again', async () => {
    const frames: Frame[] = [];
    const film10 = { kind: 'file', input: film, clock, framesPerSecond: 10 } as const;
    for await (const frame of createFfmpegSource(film10).open(new AbortController().signal)) {
      frames.push(frame);
    }
    expect(frames.length).toBeGreaterThanOrEqual(9);
    expect(frames.length).toBeLessThanOrEqual(11);
    expect((await sharp(frames[0]?.jpeg).metadata()).width).toBe(320);
    expect(await take(createFfmpegSource({ ...film10, loop: true }), 15)).toHaveLength(15);
  });

  test('a film that is none, and a server that is not there, are coded errors', async () => {
    const broken = join(folder, 'broken.mp4');
    writeFileSync(broken, 'no film');
    await expect(take(createFfmpegSource({ kind: 'file', input: broken, clock }), 1)).rejects.toMatchObject({
      code: 'camera_lost',
    });
    const nobody = createFfmpegSource({ kind: 'rtsp', input: 'rtsp://127.0.0.1:9/x', clock });
    await expect(take(nobody, 1)).rejects.toMatchObject({ code: 'camera_not_found' });
  });

  test('a network camera gives pictures until it loses power, which ffmpeg takes for a success', async () => {
    const stop = film25();
    const source = createFfmpegSource({ kind: 'http', input: `${server.url}/video`, clock });
    const reading = (async () => {
      let seen = 0;
      for await (const { jpeg } of source.open(new AbortController().signal)) {
        expect((await sharp(jpeg).metadata()).width).toBe(320);
        if (++seen === 3) server.cut();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'camera_lost' });
    stop();
  });

  test('a network camera that freezes is given up, and opened again', async () => {
    const stop = film25();
    const source = createFfmpegSource({ kind: 'http', input: `${server.url}/video`, clock });
    const log = createRecordingLog();
    const feed = createCameraFeed({ source, clock, log, watchdog_ms: 400, retryFirst_ms: 50 });
    const next = (wanted: string): Promise<void> =>
      new Promise(resolve =>
        feed.onStateChange((state: CameraState) => {
          if ((state.kind === 'lost' ? state.code : state.kind) === wanted) resolve();
        }),
      );
    await next('ok');
    stop();
    await next('camera_frozen');
    await server.watched();
    const again = film25();
    await next('ok');
    again();
    await feed.close();
  });

  test('a wrong password and a wrong path have codes of their own', async () => {
    const at = (input: string) => createFfmpegSource({ kind: 'http', input, clock });
    await expect(take(at(`${server.url}/private`), 1)).rejects.toMatchObject({ code: 'camera_unauthorised' });
    await expect(take(at(`${server.url}/nothing`), 1)).rejects.toMatchObject({ code: 'camera_not_found' });
    const stop = film25();
    const authorised = at(`${server.url.replace('//', '//user:password@')}/private`);
    expect(await take(authorised, 1)).toHaveLength(1);
    stop();
  });

  test('leaving in the middle ends ffmpeg, even while it waits for a server that says nothing', async () => {
    const port = (silent.address() as { port: number }).port;
    const done = new AbortController();
    const connected = new Promise(resolve => silent.once('connection', resolve));
    const source = createFfmpegSource({ kind: 'rtsp', input: `rtsp://127.0.0.1:${port}/x`, clock });
    const reading = (async () => {
      for await (const _ of source.open(done.signal));
    })();
    await connected;
    done.abort();
    await reading;
  });
});
