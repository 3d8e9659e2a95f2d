import { describe, expect, it } from 'vitest';
import { encodeVector, type GalleryPerson } from '../../protocol/index.js';
import { createGallery } from './gallery.js';

const packId = 'pack-a';
const axis = (i: number, length = 1): Float32Array =>
  Float32Array.from({ length: 8 }, (_, at) => (at === i ? length : 0));
const person = (personId: string, vectors: readonly Float32Array[], pack = packId): GalleryPerson => ({
  personId,
  studentNumber: personId,
  displayName: personId,
  status: 'active',
  templates: vectors.map((vector, i) => ({
    templateId: `${personId}-${i}`,
    packId: pack,
    vector: encodeVector(vector),
    quality: 1,
  })),
});
const open = () => createGallery({ packId, dimension: 8 });

describe('the gallery', () => {
  it('finds nobody when it is empty, and no second when there is one person', () => {
    const gallery = open();
    expect(gallery.search(axis(0))).toEqual({});
    gallery.upsert(person('a', [axis(0), axis(1)]));
    expect(gallery.search(axis(1))).toEqual({ best: { personId: 'a', score: 1 } });
  });

  it('compares the second best person, not the second template of the best', () => {
    const gallery = open();
    gallery.upsert(person('a', [axis(0), axis(0)]));
    gallery.upsert(person('b', [axis(1)]));
    expect(gallery.search(axis(0)).second).toEqual({ personId: 'b', score: 0 });
  });

  it('never compares templates of another pack or dimension', () => {
    const gallery = open();
    gallery.upsert(person('a', [axis(0)], 'pack-b'));
    gallery.upsert(person('b', [new Float32Array([1, 0, 0, 0])]));
    expect(gallery.persons).toBe(0);
    expect(gallery.person('a')?.displayName).toBe('a');
    expect(gallery.search(axis(0))).toEqual({});
  });

  it('leaves out a template that is longer than one, or not a number: it would be like everybody', () => {
    const gallery = open();
    gallery.upsert(person('long', [axis(0, 50)]));
    gallery.upsert(person('nan', [axis(0, Number.NaN)]));
    gallery.upsert(person('none', [new Float32Array(8)]));
    expect(gallery.persons).toBe(0);
  });

  it('refuses a probe with NaN or of another dimension', () => {
    const gallery = open();
    expect(() => gallery.search(axis(0, Number.NaN))).toThrow(
      expect.objectContaining({ code: 'probe_unusable' }),
    );
    expect(() => gallery.search(new Float32Array(4))).toThrow(
      expect.objectContaining({ code: 'probe_unusable' }),
    );
    expect(() => createGallery({ packId, dimension: 0 })).toThrow(
      expect.objectContaining({ code: 'dimension_unusable' }),
    );
  });

  it('follows an update and a removal at the next search', () => {
    const gallery = open();
    gallery.upsert(person('a', [axis(0)]));
    gallery.upsert(person('b', [axis(1)]));
    gallery.upsert(person('a', [axis(2)]));
    expect(gallery.search(axis(2)).best).toEqual({ personId: 'a', score: 1 });
    expect(gallery.search(axis(0)).best?.score).toBe(0);
    gallery.remove('a');
    expect(gallery.person('a')).toBeUndefined();
    expect(gallery.search(axis(2))).toEqual({ best: { personId: 'b', score: 0 } });
  });
});
