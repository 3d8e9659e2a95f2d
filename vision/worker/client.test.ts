import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { npmPackageFolder } from '../../models/index.js';
import { createVisionWorker, maxWaiting } from '../index.js';

const photo = { bytes: readFileSync(`${npmPackageFolder('@vladmandic/face-api')}/demo/sample3.jpg`) };

/**
 * A thread that speaks the protocol without nets. A picture's first byte says what happens to it: 0 is analysed, 1 kills
 * the thread, 2 throws outside any handler.
 */
const standIn = () =>
  new Worker(
    `const { parentPort, threadId } = require('node:worker_threads');
     const done = id => parentPort.postMessage({ kind: 'analysed', id, analysis: { thread: threadId } });
     parentPort.on('message', ({ kind, id, bytes }) => {
       if (kind === 'close') return parentPort.close();
       if (bytes[0] === 1) process.exit(7);
       if (bytes[0] === 2) setImmediate(() => { throw new Error('native trouble'); });
       else done(id);
     });
     parentPort.postMessage({ kind: 'ready', packId: 'porter-512', dimension: 512 });`,
    { eval: true },
  );
const picture = (first: number) => ({ bytes: Uint8Array.of(first) });
const threadOf = (analysis: unknown) => (analysis as { thread: number }).thread;

describe('a worker that dies', () => {
  it.each([
    ['leaves', 1],
    ['throws', 2],
  ])('when it %s, loses the picture it was at and no other', async (_, deadly) => {
    const lost: Error[] = [];
    const vision = await createVisionWorker({
      startThread: standIn,
      onWorkerLost: error => lost.push(error),
    });
    const first = await vision.analyse(picture(0));
    const results = await Promise.allSettled([
      vision.analyse(picture(0)),
      vision.analyse(picture(deadly)),
      vision.analyse(picture(0)),
      vision.analyse(picture(0)),
    ]);
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'vision_worker_lost' } });
    const replaced = await vision.analyse(picture(0));
    expect(threadOf(replaced)).not.toBe(threadOf(first));
    expect(lost).toHaveLength(1);
    await vision.close();
  });

  it('again and again is replaced again and again', async () => {
    const vision = await createVisionWorker({ startThread: standIn });
    for (let round = 0; round < 5; round++) {
      await expect(vision.analyse(picture(1))).rejects.toMatchObject({ code: 'vision_worker_lost' });
      await expect(vision.analyse(picture(0))).resolves.toBeDefined();
    }
    await vision.close();
  });

  it('while it is being closed does not keep close waiting', async () => {
    const vision = await createVisionWorker({ startThread: standIn });
    const last = vision.analyse(picture(1));
    const closed = vision.close();
    await expect(last).rejects.toMatchObject({ code: 'vision_worker_lost' });
    await closed;
  });

  it('and whose successor cannot start rejects what waits with the reason, and tries again later', async () => {
    let starts = 0;
    const vision = await createVisionWorker({
      startThread: () =>
        ++starts === 2 ? new Worker('throw new Error("no memory")', { eval: true }) : standIn(),
    });
    const [killed, waiting] = await Promise.allSettled([
      vision.analyse(picture(1)),
      vision.analyse(picture(0)),
    ]);
    expect(killed).toMatchObject({ reason: { code: 'vision_worker_lost' } });
    expect(waiting).toMatchObject({ reason: { message: 'no memory' } });
    await expect(vision.analyse(picture(0))).resolves.toBeDefined();
    expect(starts).toBe(3);
    await vision.close();
  });
});

describe('a worker with too much to do', () => {
  it(`keeps ${maxWaiting} pictures waiting and refuses more`, async () => {
    const vision = await createVisionWorker({ startThread: standIn });
    const offered = Array.from({ length: maxWaiting + 3 }, () => vision.analyse(picture(0)));
    const results = await Promise.allSettled(offered);
    const refused = results.filter(result => result.status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { code: 'vision_busy' } });
    await vision.close();
  });
});

describe('closing', () => {
  it('finishes what was accepted, refuses what comes later, and may be called twice', async () => {
    const vision = await createVisionWorker({ startThread: standIn });
    const accepted = [vision.analyse(picture(0)), vision.analyse(picture(0))];
    const closed = Promise.all([vision.close(), vision.close()]);
    await expect(vision.analyse(picture(0))).rejects.toMatchObject({ code: 'vision_closed' });
    await expect(Promise.all(accepted)).resolves.toHaveLength(2);
    await closed;
  });
});

describe('the real thread', () => {
  it('leaves the event loop free while it analyses', async () => {
    const vision = await createVisionWorker();
    await vision.analyse(photo);
    let longest_ms = 0;
    let last_ms = performance.now();
    const timer = setInterval(() => {
      longest_ms = Math.max(longest_ms, performance.now() - last_ms);
      last_ms = performance.now();
    }, 1);
    const { times_ms } = await vision.analyse(photo);
    clearInterval(timer);
    const busy_ms = Object.values(times_ms).reduce((sum, ms) => sum + ms, 0);
    expect(longest_ms).toBeLessThan(busy_ms);
    await vision.close();
  });

  it('sends coded errors across, with their parameters', async () => {
    const vision = await createVisionWorker();
    await expect(vision.analyse({ bytes: new Uint8Array() })).rejects.toMatchObject({ code: 'empty_image' });
    await expect(vision.analyse({ bytes: Buffer.from('text') })).rejects.toMatchObject({
      code: 'unreadable_image',
      params: { problem: expect.stringContaining('JPEG') },
    });
    await vision.close();
  });

  it('refuses to start with a pack that does not exist', async () => {
    await expect(createVisionWorker({ pack: 'nobody' })).rejects.toMatchObject({ code: 'unknown_pack' });
  });
});
