import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNet, loadPack, loadPackManifest, packageRoot } from './index.js';
import { arcfaceManifest, createTestPacks, sha256, type TestPacks, tinyEmbedder } from './test-packs.js';

let packs: TestPacks;
beforeEach(() => {
  packs = createTestPacks();
});
afterEach(() => packs.remove());

const errorOf = (work: () => unknown): { code?: string; params?: Record<string, unknown> } => {
  try {
    work();
    return {};
  } catch (error) {
    return error as { code?: string };
  }
};
const load = (id: string) => loadPack(id, { directories: [packs.directory] });

describe('the packs of the project', () => {
  it.each(['porter-512', 'face-api', 'face-api-ssd', 'face-api-tfjs'])(
    '%s has every file, with the hash its manifest names',
    id => {
      const pack = loadPack(id);
      for (const net of Object.values(pack.nets).flat()) net.verify();
      expect(pack.calibration.fmr.length).toBeGreaterThan(1);
    },
  );

  it('every net of the ONNX packs loads', async () => {
    for (const pack of [loadPack('porter-512'), loadPack('face-api')]) {
      for (const net of Object.values(pack.nets).flat()) {
        const loaded = await createNet({ pack: pack.id, name: net.name, bytes: net.bytes() });
        await loaded.release();
      }
    }
  });

  it('the committed weights come with their licence', () => {
    expect(readFileSync(join(packageRoot(), 'models/porter-512/LICENSE'), 'utf8')).toMatch(/^MIT License/);
  });
});

describe("a site's own pack", () => {
  it('loads from a folder and a manifest, and takes other nets by reference', () => {
    const embedder = tinyEmbedder();
    packs.add('site-arcface', { 'embedder.onnx': embedder }, arcfaceManifest(embedder));
    const pack = load('site-arcface');
    expect(pack.dimension).toBe(16);
    expect(sha256(pack.nets.embedder.bytes())).toBe(sha256(embedder));
    expect(sha256(pack.nets.detector.bytes())).toBe(sha256(loadPack('porter-512').nets.detector.bytes()));
    expect(pack.nets.liveness).toBeUndefined();
  });

  it('is found through PORTER_MODELS too', () => {
    const embedder = tinyEmbedder();
    packs.add('site-arcface', { 'embedder.onnx': embedder }, arcfaceManifest(embedder));
    process.env.PORTER_MODELS = packs.directory;
    try {
      expect(loadPackManifest('site-arcface').manifest.licence).toBe('bought');
    } finally {
      delete process.env.PORTER_MODELS;
    }
  });

  it('with a file of other bytes is refused, naming both hashes', () => {
    const embedder = tinyEmbedder();
    packs.add('swapped', { 'embedder.onnx': tinyEmbedder(2) }, arcfaceManifest(embedder));
    const error = errorOf(() => load('swapped').nets.embedder.bytes());
    expect(error.code).toBe('model_hash_mismatch');
    expect(error.params).toMatchObject({ pack: 'swapped', expected: sha256(embedder) });
  });

  it('without its file is refused by name', () => {
    packs.add('lost', {}, arcfaceManifest(tinyEmbedder()));
    const error = errorOf(() => load('lost').nets.embedder.bytes());
    expect(error).toMatchObject({
      code: 'missing_model_file',
      params: { pack: 'lost', file: 'embedder.onnx' },
    });
  });

  it('with a file that is no model is refused when it is loaded, not by a crash', async () => {
    const bytes = new TextEncoder().encode('not a model');
    await expect(createNet({ pack: 'x', name: 'embedder', bytes })).rejects.toMatchObject({
      code: 'bad_model',
    });
  });

  it('may not name a file outside its folder', () => {
    const weights = { file: '../porter-512/embedder.onnx', sha256: sha256(new Uint8Array()) };
    packs.add('sly', {}, arcfaceManifest(tinyEmbedder(), { weights }));
    expect(errorOf(() => load('sly')).code).toBe('bad_manifest');
  });

  it('with a wrong field is refused, naming the field', () => {
    packs.add('wrong', {}, arcfaceManifest(tinyEmbedder(), { dimension: 'many' }));
    const error = errorOf(() => load('wrong'));
    expect(error.code).toBe('bad_manifest');
    expect(error.params?.field).toContain('/nets/embedder');
  });

  it('with calibration points that do not fall is refused', () => {
    const fmr = [
      { score: 0.3, fmr: 0.01 },
      { score: 0.4, fmr: 0.02 },
    ];
    const manifest = arcfaceManifest(tinyEmbedder());
    packs.add('odd', {}, { ...manifest, calibration: { fmr, margin: 0, source: 'x' } });
    expect(errorOf(() => load('odd'))).toMatchObject({
      code: 'bad_manifest',
      params: { field: '/calibration/fmr/1' },
    });
  });

  it('that refers to itself in a circle is refused', () => {
    const nets = { detector: { pack: 'b' }, landmarks: { pack: 'b' }, embedder: { pack: 'b' } };
    const { calibration } = arcfaceManifest(tinyEmbedder()) as { calibration: object };
    const manifest = { engine: 'onnx', licence: 'x', source: 'x', nets, calibration };
    packs.add('a', {}, manifest);
    packs.add('b', {}, { ...manifest, nets: { ...nets, embedder: { pack: 'a' } } });
    expect(errorOf(() => load('a')).code).toBe('bad_manifest');
  });

  it('may name one liveness net, as before, or several with a weight each; a weight of 0 keeps one out', () => {
    const file = tinyEmbedder();
    const weights = { file: 'embedder.onnx', sha256: sha256(file) };
    const input = { width: 112, height: 112, channels: 'rgb', layout: 'nchw', type: 'float32' };
    const net = { weights, input, crop: { kind: 'square', scale: 1.5 }, liveClass: 0 };
    const base = arcfaceManifest(file) as { nets: object };
    const add = (id: string, liveness: object) =>
      packs.add(id, { 'embedder.onnx': file }, { ...base, nets: { ...base.nets, liveness } });
    add('single', net);
    add('several', {
      nets: [
        { ...net, name: 'a', weight: 1 },
        { ...net, name: 'b', weight: 0 },
        { ...net, name: 'c', weight: 0.5, neutral: 0.7 },
      ],
    });
    add('lent', { pack: 'several' });
    add('mute', { nets: [{ ...net, name: 'a', weight: 0 }] });
    expect(load('single').nets.liveness?.map(one => one.spec.weight)).toEqual([1]);
    expect(load('lent').nets.liveness?.map(one => one.name)).toEqual(['a', 'c']);
    for (const one of load('lent').nets.liveness ?? []) expect(sha256(one.bytes())).toBe(sha256(file));
    expect(errorOf(() => load('mute'))).toMatchObject({
      code: 'bad_manifest',
      params: { field: '/nets/liveness' },
    });
  });

  it.each(['nobody', '../models/porter-512', 'a/b', ''])('%j is an unknown pack', id => {
    expect(errorOf(() => load(id)).code).toBe('unknown_pack');
  });
});
