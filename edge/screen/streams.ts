import type { ServerResponse } from 'node:http';
import type { ScreenState } from '../../protocol/index.js';
import type { CameraFeed, Clock } from '../contracts.js';
import { screenErrors } from './errors.js';

/** Several changes within this time are sent as one: at most 15 states a second. */
const coalesce_ms = 67;
/** At most 10 pictures a second. */
const preview_interval_ms = 100;
const heartbeat_ms = 15_000;

/** Counts open streams. @throws too_many_viewers */
export function createStreamLimit(most: number): () => () => void {
  let open = 0;
  return () => {
    if (open >= most) throw screenErrors.too_many_viewers();
    open++;
    let left = false;
    return () => {
      if (!left) open--;
      left = true;
    };
  };
}

export interface StateStream {
  readonly state: () => ScreenState;
  readonly onChange: (listener: () => void) => () => void;
  /** Called when the page has gone. */
  readonly leave: () => void;
}

/** Server-sent events named `state`. A page that does not read gets the newest state once it does, not all in between. */
export function streamStates(response: ServerResponse, { state, onChange, leave }: StateStream): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  let pause: NodeJS.Timeout | undefined;
  let due = false;
  const send = (): void => {
    due = false;
    if (response.writableNeedDrain) {
      due = true;
      return;
    }
    response.write(`event: state\ndata: ${JSON.stringify(state())}\n\n`);
    pause = setTimeout(() => {
      pause = undefined;
      if (due) send();
    }, coalesce_ms);
  };
  const changed = (): void => {
    if (pause) due = true;
    else send();
  };
  const stopListening = onChange(changed);
  const heartbeat = setInterval(changed, heartbeat_ms);
  response.on('drain', () => {
    if (due && !pause) send();
  });
  // The socket's trouble is told by `close`; without a listener it would end the process.
  response.on('error', () => undefined);
  response.once('close', () => {
    stopListening();
    clearInterval(heartbeat);
    clearTimeout(pause);
    leave();
  });
  send();
}

/** The camera's pictures, for as long as the page is open; a slow page skips pictures. */
export async function streamPreview(
  response: ServerResponse,
  { feed, clock, leave }: { readonly feed: CameraFeed; readonly clock: Clock; readonly leave: () => void },
): Promise<void> {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  response.on('error', () => closed.abort());
  response.writeHead(200, {
    'content-type': 'multipart/x-mixed-replace; boundary=frame',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  try {
    for await (const { jpeg } of feed.frames(closed.signal)) {
      if (!response.writableNeedDrain) {
        const head = `--frame\r\ncontent-type: image/jpeg\r\ncontent-length: ${jpeg.length}\r\n\r\n`;
        response.write(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]));
      }
      await clock.sleep(preview_interval_ms, closed.signal);
    }
  } finally {
    response.end();
    leave();
  }
}
