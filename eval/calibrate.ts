import { readFile, writeFile } from 'node:fs/promises';
import {
  type Calibration,
  fitImpostorTail,
  leastImpostorScores,
  type PackManifest,
  parseManifest,
  scoreAtShare,
  thresholdFor,
} from '../models/index.js';
import type { SearchPlan, Subject } from './dataset.js';
import { evalErrors } from './errors.js';
import { openSetRates, type SearchOutcome } from './metrics.js';
import { dot, groupTemplate, type PhotoTemplate } from './templates.js';

/** What the pack's calibration promises for this gallery, and what came of it. */
export interface CalibrationCheck {
  /** The FPIR asked for. */
  readonly wanted: number;
  /** What `thresholdFor` asks for in a gallery of this size. */
  readonly threshold: number;
  /** Measured at that threshold. */
  readonly fpir: number;
  readonly fnir: number;
}

/** Photos compared with one another: 8 million pairs take some seconds. */
const photosMost = 4_000;
/** Photos averaged where the effect of averaging is measured. */
const averaged = 3;
/** The effect of averaging is read off at this FMR, where there are scores enough. */
const shiftFmr = 0.001;
const shiftMost = 0.2;

/** Holds the pack's calibration against a search that was made without it. */
export function checkCalibration(options: {
  readonly calibration: Calibration;
  readonly fpirs: readonly number[];
  readonly plan: SearchPlan;
  readonly enrol: number;
  readonly probe: number;
  readonly mated: readonly SearchOutcome[];
  readonly nonMated: readonly SearchOutcome[];
}): CalibrationCheck[] {
  const { calibration, plan, mated, nonMated } = options;
  return options.fpirs.map(wanted => {
    const threshold = thresholdFor({
      calibration,
      fpir: wanted,
      galleryPersons: plan.gallery.length,
      probePhotos: options.probe,
      enrolmentPhotos: options.enrol,
    });
    return { wanted, threshold, ...openSetRates(threshold, mated, nonMated) };
  });
}

/**
 * A calibration out of the photos of people who are known to differ.
 * @param margin kept from the pack
 * @throws too_few_impostors
 */
export function calibrate(options: {
  readonly subjects: readonly Subject[];
  readonly templates: ReadonlyMap<string, PhotoTemplate>;
  readonly margin: number;
  readonly source: string;
}): Calibration {
  const { subjects, templates } = options;
  const singles = chosen(subjects, 1).flatMap(group => present(group, templates));
  const scores = impostorScores(singles, singles);
  if (scores.length < leastImpostorScores) {
    throw evalErrors.too_few_impostors({ found: scores.length, least: leastImpostorScores });
  }
  const averaging = averagingShift(subjects, templates, singles, scores);
  const { margin } = options;
  const people = new Set(singles.map(one => one.person)).size;
  const source = `${options.source}: ${scores.length} impostor pairs of ${singles.length} photos of ${people} people; beyond what enough pairs reach, an exponential tail.`;
  return { fmr: fitImpostorTail(scores), ...(averaging && { averaging }), margin, source };
}

/** Puts the calibration into a manifest, and leaves everything else in it as it is. @throws manifest_unreadable, bad_manifest */
export async function writeCalibration(path: string, calibration: Calibration): Promise<void> {
  const manifest = await readManifest(path);
  const changed = { ...manifest, calibration };
  parseManifest(manifest.id, changed);
  await writeFile(path, `${JSON.stringify(changed, undefined, 2)}\n`);
}

/** @throws manifest_unreadable, bad_manifest */
export async function readManifest(path: string): Promise<PackManifest> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const id = typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : '';
    return parseManifest(id, value);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw evalErrors.manifest_unreadable({ path, problem }, { cause });
  }
}

interface Vector {
  readonly person: string;
  readonly vector: Float32Array;
}
interface Group {
  readonly person: string;
  readonly photos: readonly string[];
}

/** Everybody's first group, then everybody's second, until there are enough. */
function chosen(subjects: readonly Subject[], size: number): Group[] {
  const groups: Group[] = [];
  for (let round = 0; groups.length < photosMost; round++) {
    const from = round * size;
    const next = subjects
      .filter(({ images }) => from + size <= images.length)
      .map(({ name, images }) => ({ person: name, photos: images.slice(from, from + size) }));
    if (next.length === 0) break;
    groups.push(...next.slice(0, photosMost - groups.length));
  }
  return groups;
}

function present({ person, photos }: Group, templates: ReadonlyMap<string, PhotoTemplate>): Vector[] {
  const vector = photos.every(photo => templates.has(photo)) ? groupTemplate(photos, templates) : undefined;
  return vector ? [{ person, vector }] : [];
}

/** Cosines of all pairs of different persons; each pair once when both lists are the same. */
function impostorScores(left: readonly Vector[], right: readonly Vector[]): Float32Array {
  const scores = new Float32Array(left.length * right.length);
  let count = 0;
  for (const [i, a] of left.entries()) {
    for (let j = left === right ? i + 1 : 0; j < right.length; j++) {
      const b = right[j];
      if (b && a.person !== b.person) scores[count++] = dot(a.vector, b.vector);
    }
  }
  return scores.subarray(0, count);
}

/** What averaging adds to the score that strangers reach as rarely; undefined where too few people have the photos. */
function averagingShift(
  subjects: readonly Subject[],
  templates: ReadonlyMap<string, PhotoTemplate>,
  singles: readonly Vector[],
  scores: Float32Array,
): Calibration['averaging'] {
  const groups = chosen(subjects, averaged).flatMap(group => present(group, templates));
  const mixed = impostorScores(groups, singles);
  const both = impostorScores(groups, groups);
  if (Math.min(mixed.length, both.length) < leastImpostorScores) return undefined;
  const at = (values: Float32Array): number => scoreAtShare(values, shiftFmr);
  const single = at(scores);
  const limited = (shift: number): number => Number(Math.min(shiftMost, Math.max(0, shift)).toFixed(4));
  const probes = limited(at(mixed) - single);
  return { probes, enrolments: limited(at(both) - single - probes) };
}
