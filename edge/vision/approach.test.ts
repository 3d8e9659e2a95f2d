import { describe, expect, it } from 'vitest';
import { thresholdFor } from '../../models/index.js';
import { between, calibration, embeddingOf, faceOf, galleryOf, idOf, personOf } from '../testing/faces.js';
import { type ApproachPolicy, decideApproach, rememberSearches } from './approach.js';
import type { Look, Track } from './track.js';

const policy: ApproachPolicy = {
  calibration,
  fpir: 0.01,
  liveness: { required: true, threshold: 0.4 },
};
const gallery = galleryOf(personOf(1), personOf(2));

const look = (embedding: Float32Array, more: Partial<Look> = {}): Look => ({
  at_ms: 0,
  embedding,
  quality: 0.9,
  liveness: 0.9,
  ...more,
});
const trackOf = (...looks: Look[]): Track => ({
  id: 1,
  face: faceOf(),
  velocity: { x: 0, y: 0 },
  firstSeen_ms: 0,
  lastSeen_ms: 0,
  frames: looks.length,
  looks,
});
const decide = (track: Track, now_ms = 300, rules: Partial<ApproachPolicy> = {}) =>
  decideApproach(track, gallery, { ...policy, ...rules }, now_ms);
const looksOf = (person: number, count: number, noise = 0.2): Look[] =>
  Array.from({ length: count }, (_, i) => look(embeddingOf(person, noise, i + 1)));

describe('an identification', () => {
  it('needs three looks that agree: two are not enough, three are', () => {
    expect(decide(trackOf(...looksOf(1, 2))).kind).toBe('pending');
    expect(decide(trackOf(...looksOf(1, 3)))).toMatchObject({ kind: 'identified', personId: idOf(1) });
  });

  it('carries the numbers that explain it', () => {
    const verdict = decide(trackOf(...looksOf(1, 3)));
    expect(verdict).toMatchObject({
      evidence: {
        packId: 'test',
        threshold: thresholdFor({ calibration, fpir: 0.01, galleryPersons: 2 }),
        quality: expect.closeTo(0.9),
        liveness: expect.closeTo(0.9),
        galleryRevision: 1,
        galleryPersons: 2,
        frames: 3,
      },
    });
    const { evidence } = verdict as Extract<typeof verdict, { kind: 'identified' }>;
    expect(evidence.score).toBeGreaterThan(0.9);
    expect(evidence.margin).toBeGreaterThan(0.5);
  });

  it('averages looks that each are too poor alone', () => {
    const noisy = [1, 2, 3, 4, 5].map(seed => look(embeddingOf(1, 2.2, seed * 31)));
    const single = Math.max(...noisy.map(one => gallery.search(one.embedding).best?.score ?? 0));
    const verdict = decide(trackOf(...noisy), 2_000);
    expect(verdict.kind === 'pending' ? 0 : verdict.evidence.score).toBeGreaterThan(single);
  });

  it('follows the better look: a blurred frame of somebody else behind hardly counts', () => {
    const track = trackOf(...looksOf(1, 3), look(embeddingOf(2), { quality: 0 }));
    expect(decide(track)).toMatchObject({ kind: 'identified', personId: idOf(1) });
  });
});

describe('a refusal', () => {
  it('of a stranger waits for five looks and one second, so that somebody who is still far away gets better ones', () => {
    const strangers = looksOf(9, 5);
    expect(decide(trackOf(...strangers.slice(0, 4)), 2_000).kind).toBe('pending');
    expect(decide(trackOf(...strangers), 900).kind).toBe('pending');
    expect(decide(trackOf(...strangers), 1_000)).toMatchObject({
      kind: 'unknown',
      evidence: { frames: 5 },
    });
  });

  it('waits three seconds for a better look at somebody seen from the side only, and takes it when it comes', () => {
    const turned = looksOf(1, 5, 12).map(one => ({ ...one, quality: 0.5 }));
    expect(decide(trackOf(...turned), 2_900).kind).toBe('pending');
    expect(decide(trackOf(...turned), 3_000).kind).toBe('unknown');
    const turning = trackOf(...turned.slice(3), ...looksOf(1, 3));
    expect(decide(turning, 2_900)).toMatchObject({ kind: 'identified', personId: idOf(1) });
  });

  it('is unsure between two people who look alike, and never picks one', () => {
    const alike = Array.from({ length: 5 }, () => look(between(1, 2)));
    expect(decide(trackOf(...alike), 500).kind).toBe('pending');
    expect(decide(trackOf(...alike), 2_000)).toMatchObject({ kind: 'unsure' });
  });

  it('is unsure when the looks disagree though their mean is near somebody', () => {
    const blurred = looksOf(2, 3).map(one => ({ ...one, quality: 0 }));
    const contested = trackOf(...looksOf(1, 2), ...blurred);
    expect(decide(contested, 2_000)).toMatchObject({ kind: 'unsure' });
  });

  it('says not live only after as much patience, and by the mean of the looks', () => {
    const flat = looksOf(1, 5).map((one, i) => ({ ...one, liveness: i === 0 ? 0.9 : 0.1 }));
    expect(decide(trackOf(...flat.slice(0, 3))).kind).toBe('pending');
    expect(decide(trackOf(...flat), 2_000)).toMatchObject({
      kind: 'not-live',
      evidence: { liveness: expect.closeTo(0.26) },
    });
  });

  it('holds when liveness is required and nobody measured it', () => {
    const unmeasured = looksOf(1, 5).map(({ liveness: _, ...one }) => one);
    expect(decide(trackOf(...unmeasured), 2_000).kind).toBe('not-live');
    const rules = { liveness: { required: false, threshold: 0.4 } };
    expect(decide(trackOf(...unmeasured), 2_000, rules).kind).toBe('identified');
  });

  it('of everybody by an empty gallery is "unknown", with the least score there is', () => {
    const verdict = decideApproach(trackOf(...looksOf(1, 5)), galleryOf(), policy, 2_000);
    expect(verdict).toMatchObject({ kind: 'unknown', evidence: { score: -1, margin: 2 } });
  });
});

it('asks for a higher score in a larger gallery and for a lower FPIR', () => {
  const many = { ...gallery, persons: 50_000 };
  const verdict = decideApproach(trackOf(...looksOf(1, 3)), many, policy, 300);
  const strict = decide(trackOf(...looksOf(1, 3)), 300, { fpir: 1e-6 });
  const plain = decide(trackOf(...looksOf(1, 3)));
  const thresholdOf = (one: typeof verdict) => (one.kind === 'pending' ? 0 : one.evidence.threshold);
  expect(thresholdOf(verdict)).toBeGreaterThan(thresholdOf(plain));
  expect(thresholdOf(strict)).toBeGreaterThan(thresholdOf(plain));
});

it('asks for a higher score where more looks are averaged and people have several templates, as the pack measured it', () => {
  const averaging = { probes: 0.01, enrolments: 0.02 };
  const rules = { ...policy, calibration: { ...calibration, averaging } };
  const thresholdOf = (looks: number, templates: number): number => {
    const verdict = decideApproach(
      trackOf(...looksOf(1, looks)),
      { ...gallery, persons: 2, templates },
      rules,
      300,
    );
    return verdict.kind === 'pending' ? 0 : verdict.evidence.threshold;
  };
  const single = thresholdFor({ calibration, fpir: 0.01, galleryPersons: 2 });
  expect(thresholdOf(3, 2)).toBeCloseTo(single + 0.01);
  expect(thresholdOf(5, 2)).toBeCloseTo(single + 0.01);
  expect(thresholdOf(3, 4)).toBeCloseTo(single + 0.01 + 0.01);
  expect(thresholdOf(3, 6)).toBeCloseTo(single + 0.01 + 0.02);
});

it('searches for a look once, and again when the gallery has changed', () => {
  const own = galleryOf(personOf(1));
  let searches = 0;
  const counting = {
    ...own,
    persons: 1,
    get revision() {
      return own.revision;
    },
    search: (embedding: Float32Array) => {
      searches++;
      return own.search(embedding);
    },
  };
  const remembering = rememberSearches(counting);
  const embedding = embeddingOf(2);
  expect(remembering.search(embedding).best?.personId).toBe(idOf(1));
  remembering.search(embedding);
  expect(searches).toBe(1);
  own.upsert(personOf(2));
  own.setRevision(2);
  expect(remembering.search(embedding).best?.personId).toBe(idOf(2));
});
