import type { CentralApp } from '../../central/http/index.js';
import { languageOf, PorterError } from '../../protocol/index.js';

type Handler = (request: object, reply: object) => unknown;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Central's own routes and hooks without the server around them. */
export interface Routes {
  /** Give it to those who add routes. */
  readonly app: CentralApp;
  call(method: 'GET' | 'POST' | 'PATCH', path: string, request: object): Promise<Answer>;
  close(): Promise<void>;
}

const reply = {
  raw: { once: () => {} },
  status: () => reply,
  send: (body: unknown) => body,
};

export function createRoutes(): Routes {
  const handlers: { method: string; parts: string[]; hooks: Handler[]; handler: Handler }[] = [];
  const closers: (() => unknown)[] = [];

  /** An application in the application, with the hooks of those around it. */
  const scope = (prefix: string, around: readonly Handler[]): object => {
    const hooks: Handler[] = [...around];
    const add = (method: string) => (path: string, _: object, handler: Handler) =>
      void handlers.push({ method, parts: `${prefix}${path}`.split('/'), hooks, handler });
    return {
      get: add('GET'),
      post: add('POST'),
      patch: add('PATCH'),
      put: add('PUT'),
      delete: add('DELETE'),
      addHook(name: string, hook: Handler) {
        if (name === 'onClose') closers.push(hook as () => unknown);
        else if (name === 'preValidation' || name === 'preHandler') hooks.push(hook);
      },
      removeContentTypeParser: () => {},
      addContentTypeParser: () => {},
      register: (plugin: (inner: object) => unknown) => plugin(scope(prefix, hooks)),
      log: { warn: () => {} },
    };
  };
  const find = (method: string, path: string) => {
    const asked = path.split('/');
    for (const { parts, ...route } of handlers) {
      if (route.method !== method || parts.length !== asked.length) continue;
      if (!parts.every((part, i) => part.startsWith(':') || part === asked[i])) continue;
      const named = parts.map((part, i) => [part.slice(1), asked[i] ?? '', part.startsWith(':')] as const);
      const params = Object.fromEntries(named.flatMap(([name, value, is]) => (is ? [[name, value]] : [])));
      return { ...route, params };
    }
    throw new Error(`central has no ${method} ${path}`);
  };
  return {
    app: scope('', []) as CentralApp,
    async call(method, path, given) {
      const { hooks, handler, params } = find(method, path);
      const request = { ...given, params };
      try {
        for (const hook of hooks) await hook(request, reply);
        return { status: 200, body: await handler(request, reply) };
      } catch (error) {
        if (error instanceof PorterError)
          return { status: error.status, body: error.toBody(languageOf('en')) };
        throw error;
      }
    },
    async close() {
      for (const close of closers.splice(0)) await close();
    },
  };
}
