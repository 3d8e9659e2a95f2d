import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Clock, Frame, FrameSource } from '../contracts.js';
import { cameraErrors } from './errors.js';
import { createJpegSplitter } from './jpeg-stream.js';

export type FfmpegKind = 'rtsp' | 'http' | 'v4l2' | 'file';

export interface FfmpegOptions {
  readonly kind: FfmpegKind;
  readonly input: string;
  readonly clock: Pick<Clock, 'monotonic_ms'>;
  /** Frames a second handed on at most. Default 15. */
  readonly framesPerSecond?: number;
  /** The program; default `ffmpeg` of the PATH. */
  readonly program?: string;
}

/** Connection time-out that ffmpeg keeps itself; the feed's watchdog stands behind it. */
const connect_timeout_us = 6_000_000;
const keptErrorOutput = 4_000;

/** Frames from anything that ffmpeg opens, as JPEG over a pipe. */
export function createFfmpegSource(options: FfmpegOptions): FrameSource {
  const { kind, input, clock, program = 'ffmpeg' } = options;
  const description = withoutCredentials(input);
  return {
    description,
    async *open(signal): AsyncIterable<Frame> {
      if (kind === 'v4l2' && !existsSync(input)) throw cameraErrors.camera_not_found({ camera: input });
      const child = spawn(program, ffmpegArguments(options), { stdio: ['ignore', 'pipe', 'pipe'] });
      const stop = (): void => {
        child.kill('SIGKILL');
      };
      signal.addEventListener('abort', stop, { once: true });
      const ending = watchEnd(child, description);
      try {
        const splitter = createJpegSplitter();
        let sequence = 0;
        for await (const chunk of child.stdout) {
          for (const jpeg of splitter.push(chunk as Buffer)) {
            yield { jpeg, sequence: sequence++, capturedAt_ms: clock.monotonic_ms() };
          }
        }
        if (!signal.aborted && kind !== 'file') throw await ending;
        if (!signal.aborted && sequence === 0) throw await ending;
      } finally {
        signal.removeEventListener('abort', stop);
        stop();
      }
    },
  };
}

export function ffmpegArguments({ kind, input, framesPerSecond = 15 }: FfmpegOptions): string[] {
  const before: Record<FfmpegKind, string[]> = {
    rtsp: ['-rtsp_transport', 'tcp', '-timeout', String(connect_timeout_us), ...quickStart],
    http: ['-rw_timeout', String(connect_timeout_us), ...quickStart],
    v4l2: ['-f', 'v4l2', '-input_format', 'mjpeg', '-video_size', '1280x720'],
    file: ['-re'],
  };
  // A USB camera's own JPEG pictures are handed on as they are.
  const coding =
    kind === 'v4l2' ? ['-c:v', 'copy'] : ['-vf', `fps=${framesPerSecond}`, '-c:v', 'mjpeg', '-q:v', '4'];
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin'],
    ...before[kind],
    ...['-i', input, '-an', ...coding, '-f', 'image2pipe', '-'],
  ];
}

/** Shows a first picture in about a second instead of five. */
const quickStart = ['-fflags', 'nobuffer', '-analyzeduration', '0', '-probesize', '32768'];

/** Why ffmpeg ended, as coded error. It ends with code 0 when a server goes away, so the code says little. */
async function watchEnd(child: ChildProcess, camera: string): Promise<Error> {
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptErrorOutput);
  });
  return new Promise(resolve => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === 'ENOENT'
          ? cameraErrors.ffmpeg_missing()
          : cameraErrors.camera_lost({ problem: error.message }, { cause: error }),
      );
    });
    child.once('close', () => resolve(explain(output, camera)));
  });
}

export function explain(output: string, camera: string): Error {
  if (/401|unauthorized|403|forbidden/i.test(output)) return cameraErrors.camera_unauthorised();
  if (/no such (file|device)|refused|no route|timed out|404|cannot open/i.test(output)) {
    return cameraErrors.camera_not_found({ camera });
  }
  const lastLine = withoutCredentials(output.trim().split('\n').at(-1) ?? '');
  return cameraErrors.camera_lost({ problem: lastLine || 'the stream ended' });
}

/** `rtsp://user:secret@host/…` → `rtsp://host/…`, wherever it stands in a text. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z]+:\/\/)[^/@\s]*@/gi, '$1');
}
