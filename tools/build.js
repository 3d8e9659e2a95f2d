// Builds everything that production runs into dist/: TypeScript to JavaScript, and the three web apps.
// `--if-stale` does nothing when no source is newer than the last build.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const sourceFolders = [
  'edge',
  'central',
  'protocol',
  'models',
  'vision',
  'fixtures',
  'bench',
  'cli',
  'eval',
  'tools',
];
/** With the address below which each is served. */
const webApps = { 'central/console': '/', 'central/phone': '/phone/', 'edge/screen/web': '/' };
const sourceFile = /\.(ts|tsx|css|html|json|js|svg|webmanifest)$/;

function newestSource_ms() {
  let newest = 0;
  const visit = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (sourceFile.test(entry.name)) newest = Math.max(newest, statSync(path).mtimeMs);
    }
  };
  for (const folder of sourceFolders) if (existsSync(join(root, folder))) visit(join(root, folder));
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts']) {
    if (existsSync(join(root, file))) newest = Math.max(newest, statSync(join(root, file)).mtimeMs);
  }
  return newest;
}

function run(label, binary, args) {
  const started = performance.now();
  const result = spawnSync(process.execPath, [join(root, 'node_modules', binary), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
    process.stderr.write(`build failed: ${label}\n`);
    process.exit(1);
  }
  console.log(`built ${label} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

if (
  process.argv.includes('--if-stale') &&
  existsSync(stamp) &&
  statSync(stamp).mtimeMs >= newestSource_ms()
) {
  process.exit(0);
}
if (!existsSync(join(root, 'node_modules', 'typescript'))) {
  // Installed with --omit=dev: a packaged dist/ must already be there.
  if (existsSync(stamp)) process.exit(0);
  console.error('cannot build: development dependencies are not installed (run `npm ci`)');
  process.exit(1);
}
rmSync(stamp, { force: true });
run('TypeScript', 'typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
for (const [app, base] of Object.entries(webApps)) {
  if (existsSync(join(root, app, 'index.html'))) {
    run(app, 'vite/bin/vite.js', [
      'build',
      app,
      '--config',
      'vite.config.ts',
      '--base',
      base,
      '--outDir',
      join(root, 'dist', app),
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ]);
  }
}
writeFileSync(stamp, '');
