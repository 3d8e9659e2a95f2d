/** The worker's side: loads the pack, then analyses one picture after the other until told to close. */
import { parentPort, workerData } from 'node:worker_threads';
import { createVision } from '../vision.js';
import { type FromThread, type ThreadData, type ToThread, toSentError } from './messages.js';

const port = parentPort;
if (port === null) throw new Error('vision/worker/thread is a worker module');
const send = (message: FromThread) => port.postMessage(message);

try {
  const vision = await createVision(workerData as ThreadData);
  port.on('message', async (message: ToThread) => {
    if (message.kind === 'close') {
      await vision.close();
      port.close();
      return;
    }
    const { id, bytes, options } = message;
    try {
      send({ kind: 'analysed', id, analysis: await vision.analyse({ bytes }, options) });
    } catch (error) {
      send({ kind: 'refused', id, error: toSentError(error) });
    }
  });
  send({ kind: 'ready', packId: vision.packId, dimension: vision.dimension });
} catch (error) {
  send({ kind: 'failed', error: toSentError(error) });
}
