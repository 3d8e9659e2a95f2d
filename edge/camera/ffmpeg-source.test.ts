import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import type { Frame, FrameSource } from '../contracts.js';
import { createFfmpegSource, explain, ffmpegArguments, withoutCredentials } from './ffmpeg-source.js';
import { parseCameraSpec } from './spec.js';

const clock = systemClock;
const folder = mkdtempSync(join(tmpdir(), 'porter-camera-'));
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

test('passwords do not reach descriptions, messages or logs', () => {
  const address = 'rtsp://admin:s3cret@10.0.0.5/main';
  expect(withoutCredentials(`opening ${address} failed`)).toBe('opening rtsp://10.0.0.5/main failed');
  expect(createFfmpegSource({ kind: 'rtsp', input: address, clock }).description).not.toContain('s3cret');
  expect(explain(`[rtsp] ${address}: Server hung up`, 'x').message).not.toContain('s3cret');
});

test('what ffmpeg says becomes a coded error', () => {
  expect(explain('method DESCRIBE failed: 401 Unauthorized', 'x')).toMatchObject({
    code: 'camera_unauthorised',
  });
  expect(explain('Connection to tcp://10.0.0.5:554 failed: Connection refused', 'x')).toMatchObject({
    code: 'camera_not_found',
  });
  expect(explain('', 'x')).toMatchObject({ code: 'camera_lost' });
});

test('pictures of a USB camera are handed on as they are', () => {
  const args = ffmpegArguments({ kind: 'v4l2', input: '/dev/video0', clock });
  expect(args.join(' ')).toContain('-input_format mjpeg');
  expect(args.join(' ')).toContain('-c:v copy');
});

test('a device file that is not there is named', async () => {
  const source = createFfmpegSource({ kind: 'v4l2', input: '/dev/video99', clock });
  await expect(take(source, 1)).rejects.toMatchObject({
    code: 'camera_not_found',
    params: { camera: '/dev/video99' },
  });
});

test('without ffmpeg the error says how to get it', async () => {
  const source = createFfmpegSource({
    kind: 'rtsp',
    input: 'rtsp://127.0.0.1:1/x',
    clock,
    program: join(folder, 'no-ffmpeg'),
  });
  await expect(take(source, 1)).rejects.toMatchObject({ code: 'ffmpeg_missing' });
});

test('what is no camera is refused with the forms that are', () => {
  for (const spec of ['', 'dmeo', '/dev/null', 'ftp://host/x', join(folder, 'nothing-here')]) {
    expect(() => parseCameraSpec(spec, clock)).toThrow(
      expect.objectContaining({ code: 'camera_spec_invalid' }),
    );
  }
});

test('a folder is shown in name order, and other formats become JPEG', async () => {
  const pixel = sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } });
  writeFileSync(join(folder, 'b.png'), await pixel.clone().png().toBuffer());
  writeFileSync(join(folder, 'a.jpg'), await pixel.clone().jpeg().toBuffer());
  const { source } = parseCameraSpec(folder, { ...clock, sleep: () => Promise.resolve() });
  const frames = await take(source, 3);
  expect(frames.map(frame => frame.sequence)).toEqual([0, 1, 2]);
  expect(frames.every(frame => frame.jpeg[0] === 0xff && frame.jpeg[1] === 0xd8)).toBe(true);
  expect(Buffer.from(frames[0]?.jpeg ?? []).equals(Buffer.from(frames[2]?.jpeg ?? []))).toBe(true);
});

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

describe.skipIf(!hasFfmpeg)('with ffmpeg', () => {
  const film = join(folder, 'film.mp4');
  let silent: Server;
  beforeAll(async () => {
    const made = spawnSync('ffmpeg', [
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=320x240:rate=10:duration=1',
      '-pix_fmt',
      'yuv420p',
      film,
    ]);
    if (made.status !== 0) throw new Error(made.stderr.toString());
    silent = createServer();
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', () => resolve()));
  });
  afterAll(() => silent?.close());

  test('a film gives its frames and ends', async () => {
    const frames: Frame[] = [];
    for await (const frame of createFfmpegSource({
      kind: 'file',
      input: film,
      clock,
      framesPerSecond: 10,
    }).open(new AbortController().signal)) {
      frames.push(frame);
    }
    expect(frames.length).toBeGreaterThanOrEqual(9);
    expect((await sharp(frames[0]?.jpeg).metadata()).width).toBe(320);
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

  test('leaving in the middle ends ffmpeg, even while it waits for a server that says nothing', async () => {
    const port = (silent.address() as { port: number }).port;
    const done = new AbortController();
    const connected = new Promise(resolve => silent.once('connection', resolve));
    const reading = (async () => {
      for await (const _ of createFfmpegSource({
        kind: 'rtsp',
        input: `rtsp://127.0.0.1:${port}/x`,
        clock,
      }).open(done.signal));
    })();
    await connected;
    done.abort();
    await reading;
  });
});
