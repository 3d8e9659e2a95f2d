import type { Point } from '../../vision/index.js';

/** x to the picture's right, y down, z towards the camera; the distance between the outer eye corners is about 1. */
export interface Point3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** How the head is held and where it is. */
export interface Pose3 {
  readonly yaw_deg?: number;
  readonly pitch_deg?: number;
  readonly roll_deg?: number;
  /** Of the camera, in eye distances (9 cm). */
  readonly distance?: number;
  readonly x?: number;
  readonly y?: number;
  /** 1 open, 0 shut. */
  readonly eyes?: number;
}

const focal_px = 900;

/** 68 points of a head, iBUG order, from its proportions: a round skull with a nose; eyes as far open as told. */
export function headOf(eyes = 1): Point3[] {
  const jaw = Array.from({ length: 17 }, (_, i): Point3 => {
    const turn = (Math.PI * (i - 8)) / 18;
    return {
      x: 0.78 * Math.sin(turn * 1.12),
      y: 0.15 + 0.85 * Math.cos(turn) ** 0.7,
      z: -0.95 + 0.85 * Math.cos(turn),
    };
  });
  const brow = (side: number): Point3[] =>
    Array.from({ length: 5 }, (_, i) => {
      const across = side < 0 ? -0.62 + i * 0.12 : 0.14 + i * 0.12;
      return {
        x: across,
        y: -0.2 - 0.06 * Math.sin((Math.PI * (i + 0.5)) / 5),
        z: -0.1 - 0.5 * across * across,
      };
    });
  const nose: Point3[] = [
    ...[0, 1, 2, 3].map(i => ({ x: 0, y: 0.02 + i * 0.14, z: 0.02 + i * 0.09 })),
    ...[-2, -1, 0, 1, 2].map(i => ({ x: i * 0.085, y: 0.56 - 0.01 * i * i, z: 0.16 - 0.03 * i * i })),
  ];
  const eye = (centre: number): Point3[] => {
    const lid = 0.055 * eyes;
    const outline: readonly [number, number][] = [
      [-0.15, 0],
      [-0.06, -lid],
      [0.06, -lid],
      [0.15, 0],
      [0.06, lid],
      [-0.06, lid],
    ];
    return outline.map(([x, y]) => ({ x: centre + x, y, z: -0.12 - 0.35 * (centre + x) ** 2 }));
  };
  const mouth = Array.from({ length: 20 }, (_, i): Point3 => {
    const outer = i < 12;
    const turn = outer ? (2 * Math.PI * i) / 12 : (2 * Math.PI * (i - 12)) / 8;
    const [wide, high] = outer ? [0.27, 0.11] : [0.22, 0.05];
    const x = -wide * Math.cos(turn);
    return { x, y: 0.82 - high * Math.sin(turn), z: 0.02 - 0.9 * x * x };
  });
  return [...jaw, ...brow(-1), ...brow(1), ...nose, ...eye(-0.35), ...eye(0.35), ...mouth];
}

/** What a camera sees of a head, px. */
export function seen(points: readonly Point3[], pose: Pose3 = {}): Point[] {
  const { yaw_deg = 0, pitch_deg = 0, roll_deg = 0, distance = 8, x = 0, y = 0 } = pose;
  const [yaw, pitch, roll] = [yaw_deg, pitch_deg, roll_deg].map(deg => (deg * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  return points.map(p => {
    const a = {
      x: p.x * Math.cos(yaw) + p.z * Math.sin(yaw),
      y: p.y,
      z: p.z * Math.cos(yaw) - p.x * Math.sin(yaw),
    };
    const b = {
      x: a.x,
      y: a.y * Math.cos(pitch) - a.z * Math.sin(pitch),
      z: a.z * Math.cos(pitch) + a.y * Math.sin(pitch),
    };
    const c = {
      x: b.x * Math.cos(roll) - b.y * Math.sin(roll),
      y: b.x * Math.sin(roll) + b.y * Math.cos(roll),
    };
    const depth = distance - b.z;
    return { x: 640 + (focal_px * (c.x + x)) / depth, y: 360 + (focal_px * (c.y + y)) / depth };
  });
}

/** A photo of the head, taken in front of it: everything in one plane. */
export function photoOf(points: readonly Point3[]): Point3[] {
  return points.map(({ x, y, z }) => ({ x: (x * 8) / (8 - z), y: (y * 8) / (8 - z), z: 0 }));
}

/** Points disturbed as a landmark net disturbs them; the same for the same seed. */
export function jittered(points: readonly Point[], spread_px: number, seed: number): Point[] {
  let state = (seed * 2_654_435_761) >>> 0;
  const random = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state >>> 8) + 0.5) / 2 ** 24;
  };
  for (let i = 0; i < 8; i++) random();
  const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return points.map(({ x, y }) => ({ x: x + spread_px * normal(), y: y + spread_px * normal() }));
}
