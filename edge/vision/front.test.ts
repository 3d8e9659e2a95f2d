import { describe, expect, it } from 'vitest';
import { faceOf } from '../testing/faces.js';
import { frontOf } from './front.js';
import type { Track } from './track.js';

const frame = { width: 1_280, at_ms: 100 };
const trackOf = (id: number, face: { x: number; size: number }, lastSeen_ms = 100, frames = 3): Track => ({
  id,
  face: faceOf(face),
  velocity: { x: 0, y: 0 },
  firstSeen_ms: 0,
  lastSeen_ms,
  frames,
  looks: [],
});

describe('the one in front', () => {
  it('is nobody when nobody is in view, also when somebody was a moment ago', () => {
    expect(frontOf([], frame)).toEqual({ kind: 'nobody' });
    expect(frontOf([trackOf(1, { x: 540, size: 200 }, 0)], frame)).toEqual({ kind: 'nobody' });
  });

  it('is the largest face, however many wait behind', () => {
    const tracks = [
      trackOf(1, { x: 100, size: 90 }),
      trackOf(2, { x: 540, size: 220 }),
      trackOf(3, { x: 900, size: 110 }),
    ];
    expect(frontOf(tracks, frame)).toMatchObject({ kind: 'one', track: { id: 2 } });
  });

  it('is the one at the centre when somebody of the same size looks in from the side', () => {
    const tracks = [trackOf(1, { x: 1_180, size: 200 }), trackOf(2, { x: 540, size: 210 })];
    expect(frontOf(tracks, frame)).toMatchObject({ track: { id: 2 } });
  });

  it('is not disturbed by a pattern that looked like a face for one frame', () => {
    const ghost = trackOf(2, { x: 377, size: 226 }, 100, 1);
    expect(frontOf([trackOf(1, { x: 531, size: 233 }), ghost], frame)).toMatchObject({ kind: 'one' });
    expect(frontOf([ghost], frame)).toEqual({ kind: 'nobody' });
  });

  it('is nobody for certain when two stand side by side', () => {
    const tracks = [trackOf(1, { x: 400, size: 200 }), trackOf(2, { x: 650, size: 190 })];
    expect(frontOf(tracks, frame).kind).toBe('several');
  });
});
