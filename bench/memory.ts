import { parseArgs } from 'node:util';
import { createVisionWorker } from '../vision/index.js';
import { hdFrame } from './face-api.js';

/** Resident memory of a process that sees many frames, and how it grows. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { frames: { type: 'string', default: '100000' } },
  });
  const frames = Number(values.frames);
  const jpeg = await hdFrame();
  const vision = await createVisionWorker({});
  const samples: { readonly frame: number; readonly rss_mib: number }[] = [];
  const every = Math.max(1, Math.floor(frames / 20));
  const started_ms = performance.now();
  for (let frame = 0; frame <= frames; frame++) {
    if (frame % every === 0) {
      samples.push({ frame, rss_mib: process.memoryUsage.rss() / 2 ** 20 });
      const { rss_mib } = samples.at(-1) ?? { rss_mib: 0 };
      console.log(`${String(frame).padStart(7)} frames  ${rss_mib.toFixed(0)} MiB`);
    }
    await vision.analyse({ bytes: jpeg });
  }
  await vision.close();
  // The first fifth warms up: caches fill and the garbage collector finds its size.
  const slope = slopeOf(samples.slice(4).map(({ frame, rss_mib }) => [frame, rss_mib] as const));
  const minutes = (performance.now() - started_ms) / 60_000;
  console.log(
    `${frames} frames in ${minutes.toFixed(1)} min; after the first fifth ${(slope * 10_000).toFixed(2)} MiB per 10,000 frames`,
  );
}

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const x0 = mean(points.map(([x]) => x));
  const y0 = mean(points.map(([, y]) => y));
  const sum = (of: (x: number, y: number) => number): number =>
    points.reduce((total, [x, y]) => total + of(x - x0, y - y0), 0);
  return sum((x, y) => x * y) / sum(x => x * x);
}
