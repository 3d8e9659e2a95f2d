import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Clock, Frame, FrameSource } from '../contracts.js';
import { withoutCredentials } from './credentials.js';
import { cameraErrors } from './errors.js';
import { explain } from './ffmpeg-errors.js';
import { createJpegSplitter } from './jpeg-stream.js';

export type FfmpegKind = 'rtsp' | 'http' | 'v4l2' | 'file';

export interface FfmpegOptions {
  readonly kind: FfmpegKind;
  readonly input: string;
  readonly clock: Pick<Clock, 'monotonic_ms'>;
  /** Most frames a second, for what has to be encoded; a USB camera's own JPEG pictures come as they come. Default 15. */
  readonly framesPerSecond?: number;
  /** Plays a file over and over. Default false: the source ends with it. */
  readonly loop?: boolean;
  /** The program; default `ffmpeg` of the PATH, version 5 or later. */
  readonly program?: string;
}

/** Connection time-out that ffmpeg keeps itself; the feed's watchdog stands behind it. */
const connect_timeout_us = 6_000_000;
const keptErrorOutput = 4_000;

/**
 * Frames from anything that ffmpeg opens, as JPEG over a pipe. Ends or throws when ffmpeg does: ffmpeg_missing, camera_not_found,
 * camera_unauthorised, camera_busy, camera_forbidden, camera_lost. The password is on ffmpeg's command line, which other users
 * of the machine can read unless /proc is mounted with hidepid.
 */
export function createFfmpegSource(options: FfmpegOptions): FrameSource {
  const { kind, input } = options;
  return {
    description: withoutCredentials(input),
    async *open(signal): AsyncIterable<Frame> {
      if (kind !== 'v4l2') {
        yield* play(options, ffmpegArguments(options), signal);
        return;
      }
      if (!existsSync(input)) throw cameraErrors.camera_not_found({ camera: input });
      // Nearly every USB camera makes JPEG itself; one that does not is encoded here.
      const end = yield* play(options, ffmpegArguments(options), signal);
      if (end === 'no-jpeg') yield* play(options, ffmpegArguments({ ...options, encode: true }), signal);
    },
  };
}

/** Frames of one run of ffmpeg; `no-jpeg` when a USB camera cannot make JPEG itself. */
async function* play(
  { kind, input, clock, program = 'ffmpeg' }: FfmpegOptions,
  args: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Frame, 'ended' | 'no-jpeg'> {
  if (signal.aborted) return 'ended';
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', stop, { once: true });
  const ending = ended(child);
  try {
    const splitter = createJpegSplitter();
    let sequence = 0;
    for await (const chunk of child.stdout) {
      for (const jpeg of splitter.push(chunk as Buffer)) {
        yield { jpeg, sequence: sequence++, capturedAt_ms: clock.monotonic_ms() };
      }
    }
    if (signal.aborted || (kind === 'file' && sequence > 0)) return 'ended';
    const end = await ending;
    if ('error' in end) throw end.error;
    if (kind === 'v4l2' && noJpeg.test(end.output)) return 'no-jpeg';
    throw explain(end.output, { camera: withoutCredentials(input), played: sequence > 0 });
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** `encode`: for a USB camera without JPEG. */
export function ffmpegArguments(options: FfmpegOptions & { readonly encode?: boolean }): string[] {
  const { kind, input, framesPerSecond = 15, loop = false, encode = kind !== 'v4l2' } = options;
  const before: Record<FfmpegKind, string[]> = {
    rtsp: ['-rtsp_transport', 'tcp', '-timeout', String(connect_timeout_us), ...quickStart],
    http: ['-rw_timeout', String(connect_timeout_us), ...quickStart],
    v4l2: ['-f', 'v4l2', ...(encode ? [] : ['-input_format', 'mjpeg']), '-video_size', '1280x720'],
    file: ['-re', ...(loop ? ['-stream_loop', '-1'] : [])],
  };
  const coding = encode
    ? ['-vf', `fps=${framesPerSecond}`, '-c:v', 'mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p']
    : ['-c:v', 'copy'];
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostdin'],
    ...before[kind],
    ...['-i', input, '-an', ...coding, '-f', 'image2pipe', '-'],
  ];
}

/** Shows a first picture in about a second instead of five. */
const quickStart = ['-fflags', 'nobuffer', '-analyzeduration', '0', '-probesize', '32768'];

const noJpeg = /proper format for codec|driver changed the pixel format/i;

type End = { readonly error: Error } | { readonly output: string };

/** Resolves once ffmpeg has ended, with what it said, or with the error when it could not be started. */
function ended(child: ChildProcess): Promise<End> {
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptErrorOutput);
  });
  return new Promise(resolve => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const error =
        cause.code === 'ENOENT'
          ? cameraErrors.ffmpeg_missing()
          : cameraErrors.camera_lost({ problem: cause.message }, { cause });
      resolve({ error });
    });
    child.once('close', () => resolve({ output }));
  });
}
