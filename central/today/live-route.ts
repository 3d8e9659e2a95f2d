import type { ServerResponse } from 'node:http';
import type { LiveEvent, Role } from '../../protocol/staff/index.js';
import { allowStaff, type Sessions, sessionCookie, staffOf } from '../auth/index.js';
import type { CentralApp } from '../http/index.js';
import type { LiveBus } from '../live.js';

const keepAlive_ms = 15_000;
/** A console that reads so slowly is cut off; it connects again and reloads its lists. */
const maxUnsent_bytes = 1_000_000;
const maxConnections = 200;

/** Besides `admin`, who gets every kind. */
const audience: Record<LiveEvent['kind'], readonly Role[]> = {
  entry: ['supervisor'],
  transfer: ['canteen', 'finance'],
  device: ['supervisor', 'canteen'],
  person: ['enrolment', 'supervisor', 'canteen', 'finance'],
};

export function mayReceive(role: Role, kind: LiveEvent['kind']): boolean {
  return role === 'admin' || audience[kind].includes(role);
}

/** `GET /api/v1/live`: server-sent events until either side ends it, or the session does. */
export function addLiveRoute(
  app: CentralApp,
  { live, sessions }: { live: LiveBus; sessions: Sessions },
): void {
  const open = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of [...open]) end();
  });

  app.get('/live', { onRequest: allowStaff(), schema: { tags: ['today'] } }, (request, reply) => {
    const { role } = staffOf(request);
    const token = request.cookies[sessionCookie] ?? '';
    const response = reply.raw;
    if (open.size >= maxConnections) for (const end of [...open].slice(0, 1)) end();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) response.setHeader(name, value);
    }
    reply.hijack();
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(': connected\n\n');
    const unsubscribe = live.subscribe(event => {
      if (mayReceive(role, event.kind)) write(response, event);
    });
    const timer = setInterval(() => {
      response.write(': still here\n\n');
      sessions.find(token).then(
        staff => staff ?? end(),
        () => end(),
      );
    }, keepAlive_ms);
    const end = () => {
      clearInterval(timer);
      unsubscribe();
      open.delete(end);
      response.end();
    };
    open.add(end);
    response.once('close', end);
  });
}

function write(response: ServerResponse, { kind, ...data }: LiveEvent): void {
  if (response.writableLength > maxUnsent_bytes) {
    response.destroy();
    return;
  }
  response.write(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
}
