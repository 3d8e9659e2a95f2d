import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmPackageFolder } from '../models/index.js';
import { createVision, type Face, type Vision } from './index.js';
import { poseOf } from './pose.js';
import { gradeQuality, type Measured } from './quality.js';

const fine: Measured = {
  measures: {
    interocular_px: 60,
    yaw_deg: 3,
    pitch_deg: -4,
    roll_deg: 1,
    sharpness: 200,
    brightness: 120,
    contrast: 45,
    detectorScore: 0.99,
  },
  certainty: 1,
  outside: 0,
  covering: { lowerFaceTint: 5, eyeBrightness: 0.66, eyeDetail: 0.8, eyeBalance: 0.9, mouthDetail: 0.6 },
  filling: 0.4,
};
const graded = (changes: Partial<Measured['measures']>, others: Partial<Measured> = {}) =>
  gradeQuality({ ...fine, ...others, measures: { ...fine.measures, ...changes } });

const covered = (changes: Partial<Measured['covering']>) =>
  graded({}, { covering: { ...fine.covering, ...changes } });

describe('the verdict', () => {
  it('on a good face is good, with no reason and full weight', () => {
    expect(gradeQuality(fine)).toMatchObject({ grade: 'good', score: 1, reasons: [] });
  });

  it.each([
    ['too-small', graded({ interocular_px: 25 }), graded({ interocular_px: 12 })],
    ['turned-away', graded({ yaw_deg: -38 }), graded({ yaw_deg: 60 })],
    ['looking-up-or-down', graded({ pitch_deg: 32 }), graded({ pitch_deg: -45 })],
    ['tilted', graded({ roll_deg: 40 }), graded({ roll_deg: -70 })],
    ['blurred', graded({ sharpness: 30 }), graded({ sharpness: 5 })],
    ['too-dark', graded({ brightness: 35 }), graded({ brightness: 10 })],
    ['too-bright', graded({ brightness: 215 }), graded({ brightness: 245 })],
    ['low-contrast', graded({ contrast: 15 }), graded({ contrast: 4 })],
    ['outside-frame', graded({}, { outside: 0.2 }), graded({}, { outside: 0.5 })],
    ['too-large', graded({}, { filling: 1.2 }), graded({}, { filling: 2 })],
    ['covered', covered({ lowerFaceTint: 30 }), covered({ lowerFaceTint: 60 })],
    ['covered', covered({ eyeBrightness: 0.27 }), covered({ eyeBrightness: 0.1 })],
    ['covered', covered({ eyeDetail: 0.2 }), covered({ eyeDetail: 0 })],
    ['covered', covered({ eyeBalance: 0.3 }), covered({ eyeBalance: 0.1 })],
    ['covered', covered({ mouthDetail: 0.15 }), covered({ mouthDetail: 0 })],
  ])('on a face %s is fair, and poor when it is bad', (reason, slight, bad) => {
    expect(slight).toMatchObject({ grade: 'fair', reasons: [reason] });
    expect(bad).toMatchObject({ grade: 'poor', reasons: [reason] });
    expect(slight.score).toBeGreaterThan(bad.score);
  });

  it('on a doubtful detection is fair', () => {
    expect(graded({}, { certainty: 0.2 })).toMatchObject({ grade: 'fair', reasons: ['uncertain-detection'] });
  });

  it('counts a reason once, by the worst of its signs', () => {
    const both = covered({ mouthDetail: 0.13, lowerFaceTint: 32 });
    expect(both.reasons).toEqual(['covered']);
    expect(both.score).toBeCloseTo(0.75);
  });

  it('names the worst reason first', () => {
    expect(graded({ yaw_deg: 30, brightness: 5 }).reasons).toEqual(['too-dark', 'turned-away']);
  });

  it('has a weight between 0 and 1, and reasons exactly when it is not good, whatever was measured', () => {
    const number = fc.double({ min: -1000, max: 1000, noNaN: true });
    const keys = Object.keys(fine.measures);
    const measures = fc.record(Object.fromEntries(keys.map(key => [key, number])));
    fc.assert(
      fc.property(measures, number, number, (values, outside, tint) => {
        const verdict = gradeQuality({
          ...fine,
          outside,
          covering: {
            ...fine.covering,
            lowerFaceTint: tint,
            eyeDetail: outside,
            eyeBalance: outside,
            mouthDetail: tint,
          },
          measures: values as Measured['measures'],
        });
        expect(verdict.score).toBeGreaterThanOrEqual(0);
        expect(verdict.score).toBeLessThanOrEqual(1);
        expect(verdict.reasons.length === 0).toBe(verdict.grade === 'good');
      }),
    );
  });
});

describe('pose', () => {
  /** The generic head, turned and seen from far away. */
  const seen = (yaw_deg: number, pitch_deg: number) => {
    const [yaw, pitch] = [(yaw_deg * Math.PI) / 180, (pitch_deg * Math.PI) / 180];
    const head: Record<number, [number, number, number]> = {
      30: [0, 0, 0],
      8: [0, 330, -65],
      36: [-225, -170, -135],
      45: [225, -170, -135],
      48: [-150, 150, -125],
      54: [150, 150, -125],
    };
    return Array.from({ length: 68 }, (_, i) => {
      const nearest = head[i] ?? (i >= 42 && i < 48 ? head[45]! : i >= 36 && i < 42 ? head[36]! : [0, 0, 0]);
      const [x, y, z] = nearest;
      const turned = z * Math.cos(yaw) - x * Math.sin(yaw);
      return {
        x: 500 + 0.3 * (x * Math.cos(yaw) + z * Math.sin(yaw)),
        y: 400 + 0.3 * (y * Math.cos(pitch) - turned * Math.sin(pitch)),
      };
    });
  };

  it.each([
    [0, 0],
    [30, 0],
    [-30, 0],
    [0, 20],
    [0, -20],
    [15, 10],
  ])('of a head turned %d° and raised %d° is found', (yaw, pitch) => {
    const pose = poseOf(seen(yaw, pitch));
    expect(Math.abs(pose.yaw_deg - yaw)).toBeLessThan(4);
    expect(Math.abs(pose.pitch_deg - pitch)).toBeLessThan(4);
  });
});

describe('real photos', () => {
  let vision: Vision;
  beforeAll(async () => {
    vision = await createVision();
  });
  afterAll(() => vision.close());
  const path = `${npmPackageFolder('@vladmandic/face-api')}/demo/sample3.jpg`;
  const woman = () => sharp(path).extract({ left: 400, top: 150, width: 600, height: 600 });
  const first = async (picture: Sharp): Promise<Face> => {
    const { faces } = await vision.analyse({ bytes: await picture.jpeg({ quality: 92 }).toBuffer() });
    expect(faces.length).toBeGreaterThan(0);
    return faces[0]!;
  };

  it('of a woman looking at the camera is good', async () => {
    expect((await first(woman())).quality).toMatchObject({ grade: 'good', reasons: [] });
  });

  it.each([
    ['blurred', (p: Sharp) => p.blur(9)],
    ['too-dark', (p: Sharp) => p.linear(0.22, 0)],
    ['too-small', (p: Sharp) => p.resize(110).extend(150)],
    ['tilted', (p: Sharp) => p.rotate(42, { background: '#777' })],
    ['low-contrast', (p: Sharp) => p.linear(0.25, 90)],
  ])('made %s says so, and is not good', async (reason, spoil) => {
    const { quality } = await first(spoil(woman()));
    expect(quality.reasons).toContain(reason);
    expect(quality.grade).not.toBe('good');
  });

  it.each(['#78aad2', '#e6e6e6', '#202022'])(
    'with a mask of colour %s painted on is covered',
    async colour => {
      const { landmarks, quality } = await first(woman());
      expect(quality.reasons).not.toContain('covered');
      const outline = [1, 3, 5, 8, 11, 13, 15, 29].map(i => landmarks[i]!);
      const points = outline.map(({ x, y }) => `${x},${y}`).join(' ');
      const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"><polygon points="${points}" fill="${colour}"/></svg>`;
      const masked = sharp(
        await woman()
          .composite([{ input: Buffer.from(mask) }])
          .png()
          .toBuffer(),
      );
      expect((await first(masked)).quality.reasons).toContain('covered');
    },
  );

  describe('of a face with something before it', () => {
    type At = (index: number) => { x: number; y: number };
    /** Four fingers of the skin's own colour, side by side, with dark lines between them. */
    const fingers = ({ x, y }: { x: number; y: number }, length: number, width: number, turn: number) =>
      Array.from({ length: 4 }, (_, i) => {
        const top = y - width * 2 + i * width;
        return `<rect x="${x - length / 2}" y="${top}" width="${length}" height="${width}" rx="${width / 2}" fill="#c39a80" stroke="#7a5c4c" stroke-width="3" transform="rotate(${turn} ${x} ${y})"/>`;
      }).join('');
    const lens = ({ x, y }: { x: number; y: number }, style: string, radius: number) =>
      `<ellipse cx="${x}" cy="${y + radius / 8}" rx="${radius}" ry="${radius * 0.8}" ${style}/>`;
    const eyes = (at: At) => [37, 44].map(at);
    const span = (at: At) => at(45).x - at(36).x;
    const occluders: Record<string, (at: At) => string> = {
      'a hand held upright over the mouth': at => fingers(at(62), span(at) * 0.9, span(at) / 5, 82),
      'a hand over one eye': at => fingers(at(37), span(at) * 0.7, span(at) / 7, 70),
      'dark glasses': at =>
        eyes(at)
          .map(eye => lens(eye, 'fill="#121216"', span(at) * 0.26))
          .join(''),
      'tinted glasses': at =>
        eyes(at)
          .map(eye => lens(eye, 'fill="#121216" fill-opacity="0.8"', span(at) * 0.26))
          .join(''),
    };
    const painted = async (occluder: (at: At) => string, gray: boolean) => {
      const { landmarks } = await first(woman());
      const drawing = occluder(index => landmarks[index]!);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600">${drawing}</svg>`;
      const png = await woman()
        .composite([{ input: Buffer.from(svg) }])
        .png()
        .toBuffer();
      return first(gray ? sharp(png).grayscale() : sharp(png));
    };

    it.each(Object.keys(occluders))('%s is covered, in colour and without', async name => {
      for (const gray of [false, true]) {
        const { quality } = await painted(occluders[name]!, gray);
        expect(quality.reasons).toContain('covered');
        expect(quality.grade).not.toBe('good');
      }
    });

    it('clear glasses is not', async () => {
      const frames = (at: At) =>
        eyes(at)
          .map(eye => lens(eye, 'fill="none" stroke="#15151a" stroke-width="8"', span(at) * 0.26))
          .join('');
      expect((await painted(frames, false)).quality.reasons).not.toContain('covered');
    });
  });

  it('each say too where the head is turned', async () => {
    const { faces } = await vision.analyse({ bytes: readFileSync(path) });
    const [left, middle, right] = [...faces].sort((a, b) => a.box.x - b.box.x);
    expect(left!.quality.measures.yaw_deg).toBeLessThan(-10);
    expect(middle!.quality.measures.yaw_deg).toBeLessThan(-10);
    expect(right!.quality.measures.yaw_deg).toBeGreaterThan(15);
  });
});
