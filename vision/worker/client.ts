import type { Worker } from 'node:worker_threads';
import { loadPack } from '../../models/index.js';
import { visionErrors } from '../errors.js';
import type { AnalyseOptions, EncodedImage, ImageAnalysis, Vision } from '../types.js';
import { defaultPack, maxWaiting, type VisionOptions } from '../vision.js';
import { type FromThread, fromSentError, type ToThread } from './messages.js';
import { startWorker } from './start.js';

interface Job {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly options: AnalyseOptions | undefined;
  readonly resolve: (analysis: ImageAnalysis) => void;
  readonly reject: (error: Error) => void;
}

export interface VisionWorkerOptions extends VisionOptions {
  /** Called when a worker died and has been replaced. */
  readonly onWorkerLost?: (cause: Error) => void;
  /** For tests: starts the thread. */
  readonly startThread?: (data: VisionOptions) => Worker;
}

const startThread = (data: VisionOptions): Worker =>
  startWorker(new URL('./thread.js', import.meta.url), { workerData: data, name: 'porter-vision' });

/**
 * `createVision` in a worker thread. Pictures are handed over one at a time; at most 8 wait, more are refused with vision_busy
 * (a camera's caller drops old frames before that). A worker that dies is replaced: the picture it was at is
 * rejected with vision_worker_lost, those waiting go to the new one. The thread is stopped by message, never terminated:
 * terminating during a run can take the process with it.
 *
 * @throws the errors of models/errors.ts when the pack cannot be loaded
 */
export async function createVisionWorker(options: VisionWorkerOptions = {}): Promise<Vision> {
  const { onWorkerLost, startThread: start = startThread, ...visionOptions } = options;
  const pack = loadPack(visionOptions.pack ?? defaultPack, visionOptions);
  const waiting: Job[] = [];
  let nextId = 1;
  let current: Job | undefined;
  let thread: Worker | undefined;
  let ready = false;
  let closing: Promise<void> | undefined;
  let settleClosed: () => void = () => undefined;

  const post = (message: ToThread) => thread?.postMessage(message);

  function giveNext(): void {
    if (!ready || current !== undefined) return;
    current = waiting.shift();
    if (current !== undefined) {
      post({ kind: 'analyse', id: current.id, bytes: current.bytes, options: current.options });
    } else if (closing !== undefined) {
      post({ kind: 'close' });
    }
  }

  function launch(): Promise<void> {
    ready = false;
    return new Promise((resolve, reject) => {
      const started = start(visionOptions);
      thread = started;
      let lost: Error | undefined;
      started.on('message', (message: FromThread) => {
        if (message.kind === 'ready') {
          ready = true;
          resolve();
        } else if (message.kind === 'failed') {
          lost = fromSentError(message.error);
        } else if (current?.id === message.id) {
          const job = current;
          current = undefined;
          if (message.kind === 'analysed') job.resolve(message.analysis);
          else job.reject(fromSentError(message.error));
        }
        giveNext();
      });
      started.on('error', (error: Error) => {
        lost = error;
      });
      started.on('exit', code => {
        const wasReady = ready;
        ready = false;
        thread = undefined;
        const cause = lost ?? new Error(`the vision worker exited with code ${code}`);
        reject(cause);
        onExit(cause, wasReady);
      });
    });
  }

  function onExit(cause: Error, wasReady: boolean): void {
    const interrupted = current;
    current = undefined;
    if (closing !== undefined && interrupted === undefined && waiting.length === 0) {
      settleClosed();
      return;
    }
    interrupted?.reject(visionErrors.vision_worker_lost({}, { cause }));
    if (wasReady) {
      onWorkerLost?.(cause);
      relaunch();
      return;
    }
    // It did not even load: the next picture tries again.
    for (const job of waiting.splice(0)) job.reject(cause);
    if (closing !== undefined) settleClosed();
  }

  /** Failures reach the waiting pictures through `onExit`. */
  function relaunch(): void {
    launch().catch(() => undefined);
  }

  await launch();

  return {
    packId: pack.id,
    dimension: pack.dimension,
    calibration: pack.calibration,
    analyse({ bytes }: EncodedImage, analyseOptions) {
      if (closing !== undefined) return Promise.reject(visionErrors.vision_closed());
      if (waiting.length >= maxWaiting) {
        return Promise.reject(visionErrors.vision_busy({ waiting: waiting.length }));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ id: nextId++, bytes, options: analyseOptions, resolve, reject });
        if (thread === undefined) relaunch();
        giveNext();
      });
    },
    close() {
      closing ??= new Promise(resolve => {
        settleClosed = resolve;
        if (thread === undefined) resolve();
      });
      giveNext();
      return closing;
    },
  };
}
