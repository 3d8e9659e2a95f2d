import { describe, expect, it } from 'vitest';
import { embeddingOf, faceOf, galleryOf, idOf, personOf } from '../testing/faces.js';
import { createScriptedVision } from '../testing/vision.js';
import type { LivenessPolicy } from './approach.js';
import { createObserver } from './observer.js';

const policy = { required: true, threshold: 0.4 };

function setUp(people = [personOf(1)], liveness: LivenessPolicy = policy, restWhenSettled = false) {
  const vision = createScriptedVision();
  const gallery = galleryOf(...people);
  let sequence = 0;
  const observer = createObserver({
    ...{ vision, gallery, maxFaces: 4, restWhenSettled },
    policy: () => ({ fpir: 0.01, liveness }),
  });
  const see = (...faces: Parameters<typeof faceOf>[0][]) => {
    vision.show(faces.map(face => faceOf(face)));
    sequence++;
    return observer.observe({ jpeg: new Uint8Array(), sequence, capturedAt_ms: sequence * 250 });
  };
  const seeOften = async (times: number, face: Parameters<typeof faceOf>[0]) => {
    let last = await see(face);
    for (let i = 1; i < times; i++) last = await see(face);
    return last;
  };
  return { vision, gallery, see, seeOften };
}

describe('an observer', () => {
  it('gives a verdict once the track has enough looks, and keeps it whatever comes later', async () => {
    const { see, seeOften } = setUp();
    const face = { embedding: embeddingOf(1) };
    expect((await seeOften(2, face)).people[0]?.verdict.kind).toBe('pending');
    expect((await see(face)).people[0]?.verdict).toMatchObject({ kind: 'identified', personId: idOf(1) });
    const later = await seeOften(5, { embedding: undefined });
    expect(later.people[0]?.verdict.kind).toBe('identified');
  });

  it('looks again at somebody refused when the gallery has changed: enrolled while standing there', async () => {
    const { gallery, see, seeOften } = setUp();
    const face = { embedding: embeddingOf(2) };
    expect((await seeOften(6, face)).people[0]?.verdict.kind).toBe('unknown');
    gallery.upsert(personOf(2));
    expect((await see(face)).people[0]?.verdict.kind).toBe('unknown');
    gallery.setRevision(2);
    expect((await see(face)).people[0]?.verdict).toMatchObject({ kind: 'identified', personId: idOf(2) });
  });

  it('decides on two at once, each for itself', async () => {
    const { see } = setUp([personOf(1), personOf(2)]);
    const pair = [
      { x: 0, embedding: embeddingOf(1) },
      { x: 700, embedding: embeddingOf(2) },
    ];
    for (let i = 0; i < 2; i++) await see(...pair);
    const { people } = await see(...pair);
    expect(people.map(one => one.verdict.kind === 'identified' && one.verdict.personId)).toEqual([
      idOf(1),
      idOf(2),
    ]);
  });

  it('tells who left, and starts anew when the same person comes back', async () => {
    const { see, seeOften } = setUp();
    await seeOften(3, { embedding: embeddingOf(1) });
    let ended = (await see()).ended;
    for (let i = 0; i < 3 && ended.length === 0; i++) ended = (await see()).ended;
    expect(ended.map(track => track.id)).toEqual([1]);
    const back = await see({ embedding: embeddingOf(1) });
    expect(back.people).toMatchObject([{ track: { id: 2 }, verdict: { kind: 'pending' } }]);
  });
});

describe('liveness over the frames', () => {
  const print = { embedding: embeddingOf(1), liveness: 0.99, border: 0.95 };

  it('refuses a print by its border, however sure the nets are', async () => {
    const { seeOften } = setUp();
    const { people } = await seeOften(8, print);
    expect(people[0]).toMatchObject({
      verdict: { kind: 'not-live' },
      liveness: { nets: expect.closeTo(0.99) },
    });
  });

  it('reports the cues and changes nothing where the policy calls them advisory', async () => {
    const { seeOften } = setUp([personOf(1)], { ...policy, cues: 'advisory' });
    const { people } = await seeOften(8, print);
    expect(people[0]).toMatchObject({
      verdict: { kind: 'identified' },
      liveness: { cues: { border: { kind: 'doubt' } } },
    });
  });

  it('watches as long as the policy asks before it believes', async () => {
    const { seeOften, see } = setUp([personOf(1)], { ...policy, observe_ms: 1_000 });
    const face = { embedding: embeddingOf(1) };
    expect((await seeOften(4, face)).people[0]?.verdict.kind).toBe('pending');
    expect((await see(face)).people[0]?.verdict.kind).toBe('identified');
  });
});

describe('an observer that rests once the only person in view is identified', () => {
  const resting = () => setUp([personOf(1), personOf(2)], policy, true);

  it('skims two frames of three, and none before the verdict', async () => {
    const { vision, seeOften } = resting();
    await seeOften(3, { embedding: embeddingOf(1) });
    expect(vision.skimmed).toBe(0);
    const { people } = await seeOften(9, { embedding: embeddingOf(1) });
    expect(vision.skimmed).toBe(6);
    expect(people).toHaveLength(1);
  });

  it('notices within three frames that somebody else has taken the place', async () => {
    const { seeOften } = resting();
    const before = await seeOften(3, { embedding: embeddingOf(1) });
    const after = await seeOften(3, { embedding: embeddingOf(2) });
    const ids = after.people.filter(one => one.track.lastSeen_ms === after.at_ms).map(one => one.track.id);
    expect(ids).not.toContain(before.people[0]!.track.id);
  });

  it('examines somebody who joins in the very frame that shows them', async () => {
    const { see, seeOften } = resting();
    await seeOften(3, { embedding: embeddingOf(1) });
    const { people } = await see({ x: 0, embedding: embeddingOf(2) }, { x: 500, embedding: embeddingOf(1) });
    expect(people.map(one => one.track.looks.length)).toContain(1);
  });
});
