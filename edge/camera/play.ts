import type { Clock, Frame, FrameSource } from '../contracts.js';
import { cameraErrors } from './errors.js';

export interface PlayNeeds {
  readonly source: FrameSource;
  readonly clock: Clock;
  readonly open_ms: number;
  readonly watchdog_ms: number;
  readonly closing: AbortSignal;
}

/**
 * Opens a source once and hands its frames on until `closing`. Whatever ends it before is thrown: the source's own error,
 * camera_lost when it just ends (a network camera's usual way), camera_frozen when nothing comes for too long.
 */
export async function playSource(needs: PlayNeeds, onFrame: (frame: Frame) => void): Promise<void> {
  const { source, clock, open_ms, watchdog_ms, closing } = needs;
  const opened = new AbortController();
  const close = (): void => opened.abort();
  closing.addEventListener('abort', close, { once: true });
  const due = { at_ms: clock.monotonic_ms() + open_ms };
  let frames: AsyncIterator<Frame> | undefined;
  try {
    frames = source.open(opened.signal)[Symbol.asyncIterator]();
    const reading = readAll(frames, frame => {
      // A source that was given up as frozen may still have something to say.
      if (opened.signal.aborted) return;
      due.at_ms = clock.monotonic_ms() + watchdog_ms;
      onFrame(frame);
    });
    const ending = await Promise.race([reading, frozen({ clock, due, watchdog_ms }, opened.signal)]);
    if (closing.aborted) return;
    throw ending === 'frozen'
      ? cameraErrors.camera_frozen()
      : cameraErrors.camera_lost({ problem: 'the stream ended' });
  } finally {
    closing.removeEventListener('abort', close);
    opened.abort();
    // Not awaited: a source that hangs must not keep the feed from opening it again.
    void Promise.resolve(frames?.return?.()).catch(() => undefined);
  }
}

async function readAll(frames: AsyncIterator<Frame>, onFrame: (frame: Frame) => void): Promise<'ended'> {
  for (;;) {
    const result = await frames.next();
    if (result.done) return 'ended';
    onFrame(result.value);
  }
}

/** Resolves when nothing has come by `due`, or when aborted. One timer per watchdog time, not one per frame. */
async function frozen(
  watch: Pick<PlayNeeds, 'clock' | 'watchdog_ms'> & { readonly due: { readonly at_ms: number } },
  signal: AbortSignal,
): Promise<'frozen' | 'closed'> {
  const { clock, watchdog_ms, due } = watch;
  while (!signal.aborted) {
    const left_ms = due.at_ms - clock.monotonic_ms();
    if (left_ms <= 0) return 'frozen';
    // The first frame may bring the time forward.
    await clock.sleep(Math.min(left_ms, watchdog_ms), signal);
  }
  return 'closed';
}
