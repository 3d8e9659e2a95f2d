import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Calibration } from '../models/index.js';
import type { Vision } from '../vision/index.js';
import { type CalibrationCheck, calibrate, checkCalibration } from './calibrate.js';
import {
  mergeSame,
  type Pair,
  planSearch,
  readPairs,
  readSame,
  readSubjects,
  type SearchPlan,
} from './dataset.js';
import {
  createScoreHistogram,
  type OperatingPoint,
  operatingPoint,
  type PairFigures,
  pairFigures,
  rankOne,
  type ScoreHistogram,
  type SearchOutcome,
} from './metrics.js';
import { dot, type Extraction, extractTemplates, groupTemplate, type PhotoTemplate } from './templates.js';

export const wantedFpir = [0.1, 0.03, 0.01, 0.003] as const;

export interface RecogniseOptions {
  readonly visions: readonly Vision[];
  readonly folder: string;
  readonly pairs?: string;
  readonly same?: string;
  readonly enrol: number;
  readonly probe: number;
  readonly pad: number;
  /** The FPIRs to hold the pack's calibration against; default `wantedFpir`. */
  readonly calibratedFpir?: readonly number[];
  /** Fit a new calibration to the photos, its source beginning with these words. */
  readonly calibrate?: string;
  readonly onProgress: (done: number, total: number) => void;
}

export interface RecogniseReport {
  readonly pack: string;
  readonly images: number;
  readonly faces: number;
  readonly failureToAcquire: number;
  /** Persons, and approaches of each kind. */
  readonly gallery: number;
  readonly mated: number;
  readonly nonMated: number;
  readonly rank1: number;
  readonly search: readonly OperatingPoint[];
  /** The thresholds that the pack's calibration gives for this gallery, and what they achieve. */
  readonly calibrated: readonly CalibrationCheck[];
  readonly pairs?: PairFigures;
  readonly msPerStage: Readonly<Record<string, number>>;
}

export interface RecogniseResult {
  readonly report: RecogniseReport;
  /** Scores of approaches against their own and against other persons' templates, for the DET curve. */
  readonly genuine: ScoreHistogram;
  readonly impostor: ScoreHistogram;
  /** When asked for. */
  readonly calibration?: Calibration;
}

/** Runs the whole protocol: reads the folder, embeds each photo once, searches, and compares the pairs. */
export async function recognise(options: RecogniseOptions): Promise<RecogniseResult> {
  const [vision] = options.visions;
  if (!vision) throw new RangeError('a recogniser is needed');
  const folders = await readSubjects(options.folder);
  const subjects = options.same ? mergeSame(folders, await readSame(options.same)) : folders;
  const plan = planSearch(subjects, options);
  const pairs = options.pairs ? await readPairs(options.pairs) : undefined;
  const folder = resolve(options.folder);
  const pairPath = createPairPath(folder);
  // All of the folder, also what nobody searches with: the failures to acquire are those of the whole set.
  const paths = new Set(subjects.flatMap(subject => subject.images));
  for (const { a, b } of pairs ?? []) paths.add(pairPath(a)).add(pairPath(b));
  const extraction = await extractTemplates({ ...options, folder, paths: [...paths] });
  const { templates } = extraction;
  const searched = search(plan, templates);
  const { calibration } = vision;
  return {
    report: {
      pack: vision.packId,
      ...counts(plan, extraction),
      rank1: rankOne(searched.mated),
      search: wantedFpir.map(fpir => operatingPoint(fpir, searched.mated, searched.nonMated)),
      calibrated: checkCalibration({
        calibration,
        plan,
        ...searched,
        enrol: options.enrol,
        probe: options.probe,
        fpirs: options.calibratedFpir ?? wantedFpir,
      }),
      ...(pairs ? { pairs: comparePairs(pairs, pairPath, templates) } : {}),
      msPerStage: extraction.msPerStage,
    },
    genuine: searched.genuine,
    impostor: searched.impostor,
    ...(options.calibrate && {
      calibration: calibrate({ subjects, templates, margin: calibration.margin, source: options.calibrate }),
    }),
  };
}

function counts(plan: SearchPlan, { images, faces }: Extraction) {
  return {
    images,
    faces,
    failureToAcquire: (images - faces) / Math.max(1, images),
    gallery: plan.gallery.length,
    mated: plan.mated.length,
    nonMated: plan.nonMated.length,
  };
}

/**
 * Where a path of the pairs leads, seen from the folder. It starts at the folder's parent; one that starts at the folder itself
 * is understood too. Remembered: a list of pairs names each photo many times.
 */
function createPairPath(folder: string): (path: string) => string {
  const known = new Map<string, string>();
  return path => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const fromParent = resolve(dirname(folder), path);
    const inside = join(folder, path);
    const full = !existsSync(fromParent) && existsSync(inside) ? inside : fromParent;
    known.set(path, relative(folder, full));
    return relative(folder, full);
  };
}

interface Searched {
  readonly mated: readonly SearchOutcome[];
  readonly nonMated: readonly SearchOutcome[];
  readonly genuine: ScoreHistogram;
  readonly impostor: ScoreHistogram;
}

function search(plan: SearchPlan, templates: ReadonlyMap<string, PhotoTemplate>): Searched {
  const gallery = plan.gallery.flatMap(({ person, photos }) => {
    const template = groupTemplate(photos, templates);
    return template ? [{ person, template }] : [];
  });
  const genuine = createScoreHistogram();
  const impostor = createScoreHistogram();
  const approach = ({ person, photos }: SearchPlan['mated'][number]): SearchOutcome => {
    const probe = groupTemplate(photos, templates);
    if (!probe) return { top: -1, topIsMate: false };
    let top = -1;
    let topPerson = '';
    for (const candidate of gallery) {
      const score = dot(probe, candidate.template);
      (candidate.person === person ? genuine : impostor).add(score);
      if (score > top) {
        top = score;
        topPerson = candidate.person;
      }
    }
    return { top, topIsMate: topPerson === person };
  };
  return { mated: plan.mated.map(approach), nonMated: plan.nonMated.map(approach), genuine, impostor };
}

function comparePairs(
  pairs: readonly Pair[],
  pathOf: (path: string) => string,
  templates: ReadonlyMap<string, PhotoTemplate>,
): PairFigures {
  return pairFigures(
    pairs.map(({ fold, a, b, same }) => {
      const left = templates.get(pathOf(a))?.embedding;
      const right = templates.get(pathOf(b))?.embedding;
      // A pair that cannot be compared is taken for two persons.
      return { fold, same, score: left && right ? dot(left, right) : -1 };
    }),
  );
}
