import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logIn, type StaffApi } from '../../cli/api.js';
import type { GateScreen, ScreenState, TillScreen } from '../../protocol/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Screen<S extends ScreenState> {
  readonly url: string;
  /** The first state, from now on or the current one, that satisfies the predicate. */
  until(what: string, predicate: (state: S) => boolean): Promise<S>;
  post<T>(path: string, body: object): Promise<T>;
  close(): void;
}

export interface DemoCampus {
  readonly folder: string;
  readonly centralUrl: string;
  readonly api: StaffApi;
  readonly gate: Screen<GateScreen>;
  readonly till: Screen<TillScreen>;
  readonly logins: Record<string, { username: string; password: string }>;
  /** Types a line into the running demo and waits for the answer that contains `answer`. */
  type(line: string, answer: string): Promise<void>;
  close(): Promise<void>;
}

const start_timeout_ms = 120_000;
const state_timeout_ms = 25_000;

/** Runs the built `porter demo` as a user would, in a folder of its own and on free ports. */
export async function startDemo(): Promise<DemoCampus> {
  const folder = mkdtempSync(join(tmpdir(), 'porter-e2e-'));
  const [port, gatePort, tillPort] = await freePorts(3);
  const demo = spawn(
    process.execPath,
    [
      join(root, 'dist/cli/main.js'),
      'demo',
      ...[
        '--data',
        folder,
        '--port',
        String(port),
        '--gate-port',
        String(gatePort),
        '--till-port',
        String(tillPort),
      ],
    ],
    { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const output = collect(demo);
  await output.until('Staff console', start_timeout_ms);
  const logins = JSON.parse(readFileSync(join(folder, 'logins.json'), 'utf8')) as DemoCampus['logins'];
  const centralUrl = `http://127.0.0.1:${port}`;
  const gate = openScreen<GateScreen>(`http://127.0.0.1:${gatePort}`);
  const till = openScreen<TillScreen>(`http://127.0.0.1:${tillPort}`);
  return {
    folder,
    centralUrl,
    api: await logIn({ url: centralUrl, ...logins.admin! }),
    gate,
    till,
    logins,
    async type(line, answer) {
      demo.stdin?.write(`${line}\n`);
      await output.until(answer, start_timeout_ms);
    },
    async close() {
      gate.close();
      till.close();
      if (demo.exitCode === null) {
        const gone = new Promise(resolve => demo.once('exit', resolve));
        demo.kill('SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Collects a process's output; `until` resolves when new output contains a text, and rejects with all output when it ends first. */
function collect(child: ChildProcess) {
  let all = '';
  let seen = 0;
  const listeners = new Set<() => void>();
  const wake = () => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      all += chunk;
      wake();
    });
  }
  child.once('exit', wake);
  return {
    until(text: string, timeout_ms: number): Promise<void> {
      return new Promise((resolve, reject) => {
        const finish = (error?: Error) => {
          listeners.delete(check);
          clearTimeout(timer);
          if (error) reject(error);
          else resolve();
        };
        const check = () => {
          const at = all.indexOf(text, seen);
          if (at >= 0) {
            seen = at + text.length;
            finish();
          } else if (child.exitCode !== null) finish(new Error(`the demo ended before "${text}":\n${all}`));
        };
        const timer = setTimeout(() => finish(new Error(`no "${text}" in:\n${all}`)), timeout_ms);
        listeners.add(check);
        check();
      });
    },
  };
}

function openScreen<S extends ScreenState>(url: string): Screen<S> {
  const abort = new AbortController();
  const listeners = new Set<(state: S) => void>();
  let latest: S | undefined;
  const follow = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      try {
        await readEvents(`${url}/api/state`, abort.signal, data => {
          latest = JSON.parse(data) as S;
          for (const listener of listeners) listener(latest);
        });
      } catch {
        // The device is being started again.
      }
      latest = undefined;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  };
  void follow();
  return {
    url,
    until: (what, predicate) =>
      new Promise((resolve, reject) => {
        const finish = () => {
          listeners.delete(check);
          clearTimeout(timer);
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`${url}: never ${what}; last state ${JSON.stringify(latest)}`));
        }, state_timeout_ms);
        const check = (state: S) => {
          if (!predicate(state)) return;
          finish();
          resolve(state);
        };
        listeners.add(check);
        if (latest) check(latest);
      }),
    async post<T>(path: string, body: object): Promise<T> {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as { error?: { code: string } };
      if (!response.ok) throw Object.assign(new Error(JSON.stringify(answer)), { code: answer.error?.code });
      return answer as T;
    },
    close: () => abort.abort(),
  };
}

/** Reads server-sent events and hands over the data of each. */
export async function readEvents(
  url: string,
  signal: AbortSignal,
  onData: (data: string) => void,
): Promise<void> {
  const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
  if (!response.body) throw new Error(`${url}: no body`);
  let buffer = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    buffer += chunk;
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const data = buffer
        .slice(0, end)
        .split('\n')
        .filter(line => line.startsWith('data:'))
        .map(line => line.slice(5).trimStart());
      buffer = buffer.slice(end + 2);
      if (data.length > 0) onData(data.join('\n'));
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>(resolve => {
          const server = createServer();
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map(server => (server.address() as { port: number }).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

/** The demo's people have been sent away, and the camera shows none of them any more. */
export const isEmpty = (state: ScreenState): boolean => state.demo?.current === 'nobody' && !state.faceBox;
