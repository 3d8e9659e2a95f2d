import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fpirAt, loadPack, thresholdFor } from './index.js';

const { calibration } = loadPack('porter-512');
const fpirs = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
const persons = fc.integer({ min: 1, max: 1_000_000 });

describe('thresholdFor', () => {
  it('gives the measured threshold for the measured case: 4,290 people, FPIR 1 %', () => {
    expect(thresholdFor({ calibration, fpir: 0.01, galleryPersons: 4290 })).toBeCloseTo(0.51, 3);
  });

  it('gives the measured threshold when three photos are averaged on both sides', () => {
    const averaged = { calibration, fpir: 0.01, galleryPersons: 4290, probePhotos: 3, enrolmentPhotos: 3 };
    expect(thresholdFor(averaged)).toBeCloseTo(0.545, 3);
  });

  it('never falls when the gallery grows or less error is wanted', () => {
    fc.assert(
      fc.property(fpirs, persons, persons, fpirs, (fpir, a, b, otherFpir) => {
        const at = (f: number, n: number) => thresholdFor({ calibration, fpir: f, galleryPersons: n });
        expect(at(fpir, Math.max(a, b))).toBeGreaterThanOrEqual(at(fpir, Math.min(a, b)));
        expect(at(Math.min(fpir, otherFpir), a)).toBeGreaterThanOrEqual(at(Math.max(fpir, otherFpir), a));
      }),
    );
  });

  it('is undone by fpirAt', () => {
    fc.assert(
      fc.property(fpirs, persons, (fpir, galleryPersons) => {
        const threshold = thresholdFor({ calibration, fpir, galleryPersons });
        if (threshold >= 0.99 || threshold < 0) return;
        expect(fpirAt({ calibration, threshold, galleryPersons })).toBeCloseTo(fpir, 6);
      }),
    );
  });

  it('takes an empty gallery for one person', () => {
    const at = (galleryPersons: number) => thresholdFor({ calibration, fpir: 0.01, galleryPersons });
    expect(at(0)).toBe(at(1));
    expect(at(0)).toBeGreaterThan(0.2);
  });

  it.each([0, 1, -1, Number.NaN])('refuses a wanted FPIR of %d', fpir => {
    expect(() => thresholdFor({ calibration, fpir, galleryPersons: 10 })).toThrow(RangeError);
  });
});
