import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { npmPackageFolder } from '../../models/index.js';
import { arcfaceManifest, createTestPacks, type TestPacks, tinyEmbedder } from '../../models/test-packs.js';
import { registerEval } from './eval.js';

let packs: TestPacks;
let folder: string;
beforeEach(() => {
  packs = createTestPacks();
  folder = mkdtempSync(join(tmpdir(), 'porter-eval-cli-'));
  const embedder = tinyEmbedder();
  packs.add('site-arcface', { 'embedder.onnx': embedder }, arcfaceManifest(embedder));
  const samples = `${npmPackageFolder('@vladmandic/face-api')}/demo`;
  for (const [person, sample] of [
    ['one', 1],
    ['two', 2],
    ['three', 3],
  ] as const) {
    mkdirSync(join(folder, 'set', person), { recursive: true });
    for (const copy of ['a', 'b'])
      cpSync(`${samples}/sample${sample}.jpg`, join(folder, 'set', person, `${copy}.jpg`));
  }
  writeFileSync(join(folder, 'set', 'two', 'c.jpg'), 'not a picture');
});
afterEach(() => {
  vi.restoreAllMocks();
  packs.remove();
  rmSync(folder, { recursive: true });
});

async function porter(...args: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation(line => void lines.push(String(line)));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const program = new Command().exitOverride();
  registerEval(program);
  await program.parseAsync([
    'node',
    'porter',
    'eval',
    'recognise',
    join(folder, 'set'),
    '--workers',
    '1',
    ...args,
  ]);
  return lines.join('\n');
}

it('evaluates a model of one’s own from nothing but its folder, named by path or by --models', async () => {
  const plot = join(folder, 'det.svg');
  const byPath = JSON.parse(
    await porter('--pack', join(packs.directory, 'site-arcface'), '--json', '--plot', plot),
  );
  expect(byPath).toMatchObject({ pack: 'site-arcface', images: 7, faces: 6, failureToAcquire: 1 / 7 });
  expect(byPath.gallery + byPath.nonMated / 2).toBe(3);
  expect(readFileSync(plot, 'utf8')).toContain('<svg');
  const byName = JSON.parse(await porter('--pack', 'site-arcface', '--models', packs.directory, '--json'));
  expect(byName.search).toEqual(byPath.search);
});

it('adds a border, reads pairs, and prints figures for people', async () => {
  const pairs = join(folder, 'pairs.csv');
  writeFileSync(pairs, 'fold,a,b,same\n1,set/one/a.jpg,set/one/b.jpg,1\n1,set/one/a.jpg,set/two/a.jpg,0\n');
  const text = await porter('--pad', '0.35', '--pairs', pairs, '--fpir', '0.05');
  expect(text).toContain('pairs 2: accuracy 100.00 %');
  expect(text).toMatch(/5\.00 % +0\.\d+/);
});

it('refuses to calibrate on a few photos, and to write into what is no manifest, before it begins', async () => {
  const manifest = join(packs.directory, 'site-arcface', 'manifest.json');
  const before = readFileSync(manifest, 'utf8');
  const own = ['--pack', join(packs.directory, 'site-arcface')];
  await expect(porter(...own, '--calibrate', manifest)).rejects.toMatchObject({ code: 'too_few_impostors' });
  expect(readFileSync(manifest, 'utf8')).toBe(before);
  const none = join(folder, 'none.json');
  await expect(porter('--calibrate', none)).rejects.toMatchObject({ code: 'manifest_unreadable' });
  expect(existsSync(none)).toBe(false);
});

it.each([
  ['--enrol', '0'],
  ['--probe', 'many'],
  ['--pad', '-1'],
  ['--fpir', '2'],
])('refuses %s %s', async (option, value) => {
  await expect(porter(option, value)).rejects.toMatchObject({ code: 'option_out_of_range' });
});
