import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { cast } from '../../fixtures/index.js';
import { systemClock } from '../clock.js';
import type { Frame } from '../contracts.js';
import { createFolderSource } from './folder-source.js';
import { parseCameraSpec } from './spec.js';

const folder = mkdtempSync(join(tmpdir(), 'porter-spec-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hurried = { ...systemClock, sleep: () => Promise.resolve() };

test.each([
  ['rtsp://admin:s3cret@10.0.0.5:554/main', 'rtsp://10.0.0.5:554/main'],
  ['http://10.0.0.5/video.mjpeg', 'http://10.0.0.5/video.mjpeg'],
  ['onvif://admin:p%40ss@10.0.0.5', 'onvif://10.0.0.5'],
  ['/dev/video0', '/dev/video0'],
  ['/dev/v4l/by-id/usb-Camera-index0', '/dev/v4l/by-id/usb-Camera-index0'],
  [folder, folder],
])('%s is a camera', (spec, description) => {
  expect(parseCameraSpec(spec, systemClock).source.description).toBe(description);
});

test.each(['demo', 'demo:gate', 'demo:till'])('%s has a director for everybody of the cast', spec => {
  const { director } = parseCameraSpec(spec, systemClock);
  expect(director?.actors.map(actor => actor.id)).toEqual(cast.map(actor => actor.id));
  expect(director?.current).toBe('auto');
});

test('what is no camera is refused with the forms that are', () => {
  const none = ['', 'dmeo', 'demo:door', '/dev/null', 'ftp://host/x', 'rtsp://', 'http:///x', 'onvif://a b'];
  for (const spec of [...none, join(folder, 'nothing-here')]) {
    expect(() => parseCameraSpec(spec, systemClock), spec).toThrow(
      expect.objectContaining({ code: 'camera_spec_invalid' }),
    );
  }
});

test('a wrong address is refused without showing its password', () => {
  expect(() => parseCameraSpec('rtps://admin:s3cret@10.0.0.5/main', systemClock)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
  );
});

const pixel = (format: 'png' | 'jpeg', background: string): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .toFormat(format)
    .toBuffer();

async function show(options: { count: number; loop?: boolean }): Promise<Frame[]> {
  const frames: Frame[] = [];
  const { count, ...rest } = options;
  for await (const frame of createFolderSource({ folder, clock: hurried, ...rest }).open(
    new AbortController().signal,
  )) {
    if (frames.push(frame) === count) break;
  }
  return frames;
}

test('an empty folder, and one that has gone, are coded errors', async () => {
  await expect(show({ count: 1 })).rejects.toMatchObject({ code: 'camera_folder_empty' });
  const gone = createFolderSource({ folder: join(folder, 'gone'), clock: hurried });
  await expect(gone.open(new AbortController().signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'camera_not_found',
  });
});

test('a folder is shown in name order, PNG becomes JPEG, and what cannot be read is passed over', async () => {
  writeFileSync(join(folder, 'b.png'), await pixel('png', '#ff0000'));
  writeFileSync(join(folder, 'a.JPG'), await pixel('jpeg', '#00ff00'));
  writeFileSync(join(folder, 'aa.png'), 'no picture');
  writeFileSync(join(folder, 'notes.txt'), 'no picture either');
  const frames = await show({ count: 3 });
  expect(frames.map(frame => frame.sequence)).toEqual([0, 1, 2]);
  const reds = await Promise.all(
    frames.map(async ({ jpeg }) => {
      expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
      const [red] = (await sharp(jpeg).stats()).channels;
      return Math.round(red!.mean);
    }),
  );
  expect(reds.map(red => red > 128)).toEqual([false, true, false]);
  expect(await show({ count: 100, loop: false })).toHaveLength(2);
});
