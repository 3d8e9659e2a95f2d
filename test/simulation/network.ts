import type { Fetch } from '../../edge/sync/index.js';
import type { SimulatedCentral } from './central.js';
import type { Life } from './disk.js';
import type { Random } from './random.js';
import type { Schedule } from './schedule.js';

/** How the way between a till and central is. */
export interface Link {
  /** Nothing gets through; `refused`: the till is told so. */
  cut: 'no' | 'silent' | 'refused';
  /** Chance of a request, and of an answer, to be lost. */
  loss: number;
  /** Chance of a request to come twice. */
  doubling: number;
  /** Longest time on the way, ms, each way. */
  slowest_ms: number;
}

export const goodLink = (): Link => ({ cut: 'no', loss: 0, doubling: 0, slowest_ms: 30 });

/** A long poll is held back on the way, since central itself would wait in real time. */
const longPoll_ms = 25_000;

/** Requests and answers that are lost, doubled, late, and overtake each other. */
export function createFetch(options: {
  readonly central: SimulatedCentral;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly link: Link;
  readonly life: Life;
  /** An answer of central has come to the till. */
  readonly onAnswer: (path: string, body: unknown) => void;
}): Fetch {
  const { central, schedule, random, link, life, onAnswer } = options;
  return (address, init) =>
    new Promise((resolve, reject) => {
      if (!life.alive) return;
      const url = address.slice(new URL(address).origin.length);
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason), { once: true });
      const method = init.method === 'GET' ? 'GET' : 'POST';
      const body = init.body ? Buffer.from(init.body as Uint8Array) : Buffer.alloc(0);
      const headers = init.headers as Record<string, string>;
      const delay_ms = (): number => random.int(1, link.slowest_ms);
      const refuse = (): void => {
        if (life.alive) reject(new Error('connection refused'));
      };
      const give = (status: number, text: string): void => {
        if (!life.alive || init.signal?.aborted) return;
        onAnswer(url, JSON.parse(text));
        resolve(responseOf(address, status, text));
      };
      const deliver = async (isCopy: boolean): Promise<void> => {
        if (link.cut !== 'no') return link.cut === 'refused' ? refuse() : undefined;
        const answer = await central.fromDevice({ method, url, headers, body });
        if (isCopy) return;
        if (!answer) return schedule.at(delay_ms(), refuse);
        const text = JSON.stringify(answer.body);
        if (random.chance(link.loss)) return;
        schedule.at(delay_ms(), () => {
          if (link.cut === 'no') give(answer.status, text);
        });
      };
      const isPoll = url.startsWith('/device/v1/gallery');
      const poll_ms = isPoll ? random.int(3_000, longPoll_ms) : 0;
      const wait_ms = delay_ms() + poll_ms;
      if (link.cut === 'refused') return schedule.at(wait_ms, refuse);
      if (random.chance(link.loss)) return;
      schedule.at(wait_ms, () => void schedule.hold(deliver(false)));
      if (random.chance(link.doubling))
        schedule.at(wait_ms + delay_ms(), () => void schedule.hold(deliver(true)));
    });
}

/** As much of a Response as the client reads. */
function responseOf(url: string, status: number, text: string): Response {
  const ok = status >= 200 && status < 300;
  return { url, status, ok, body: [Buffer.from(text)] } as unknown as Response;
}
