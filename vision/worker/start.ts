import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread on a module of this project, named as compiled: `startWorker(new URL('./thread.js', import.meta.url))`.
 * From dist/ it runs as it is. From the sources (tests, tsx) the `.ts` beside it is loaded through tsx, which a worker does
 * not inherit.
 */
export function startWorker(url: URL, options: WorkerOptions = {}): Worker {
  if (existsSync(url)) return new Worker(url, options);
  const source = new URL(url.href.replace(/\.js$/, '.ts'));
  if (!existsSync(source)) throw new Error(`no worker module at ${fileURLToPath(url)}`);
  // `require.resolve('tsx/esm/api')` would give the CommonJS build, which cannot register.
  const tsxFolder = dirname(createRequire(import.meta.url).resolve('tsx/package.json'));
  const tsx = pathToFileURL(join(tsxFolder, 'dist', 'esm', 'api', 'index.mjs')).href;
  const bootstrap = `import(${JSON.stringify(tsx)}).then(async tsx => {
    tsx.register();
    await import(${JSON.stringify(source.href)});
  }).catch(error => setImmediate(() => { throw error; }));`;
  // The parent's execArgv may load tsx a second time.
  return new Worker(bootstrap, { execArgv: [], ...options, eval: true });
}
