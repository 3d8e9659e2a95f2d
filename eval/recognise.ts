import { dirname, join, resolve, sep } from 'node:path';
import type { Vision } from '../vision/index.js';
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
  readonly pairs?: PairFigures;
  readonly msPerStage: Readonly<Record<string, number>>;
}

export interface RecogniseResult {
  readonly report: RecogniseReport;
  /** Scores of approaches against their own and against other persons' templates, for the DET curve. */
  readonly genuine: ScoreHistogram;
  readonly impostor: ScoreHistogram;
}

/** Runs the whole protocol: reads the folder, embeds each photo once, searches, and compares the pairs. */
export async function recognise(options: RecogniseOptions): Promise<RecogniseResult> {
  const subjects = await readSubjects(options.folder);
  const plan = planSearch(
    options.same ? mergeSame(subjects, await readSame(options.same)) : subjects,
    options,
  );
  const pairs = options.pairs ? await readPairs(options.pairs) : undefined;
  const folder = resolve(options.folder);
  const pairPath = (path: string): string => relativeTo(folder, resolve(dirname(folder), path));
  const paths = new Set<string>();
  for (const group of [...plan.gallery, ...plan.mated, ...plan.nonMated]) {
    for (const photo of group.photos) paths.add(photo);
  }
  for (const { a, b } of pairs ?? []) paths.add(pairPath(a)).add(pairPath(b));
  const extraction = await extractTemplates({ ...options, folder, paths: [...paths] });
  const searched = search(plan, extraction.templates);
  return {
    report: {
      pack: options.visions[0]?.packId ?? '',
      ...counts(plan, extraction),
      rank1: rankOne(searched.mated),
      search: wantedFpir.map(fpir => operatingPoint(fpir, searched.mated, searched.nonMated)),
      ...(pairs ? { pairs: comparePairs(pairs, pairPath, extraction.templates) } : {}),
      msPerStage: extraction.msPerStage,
    },
    genuine: searched.genuine,
    impostor: searched.impostor,
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

/** A path below `folder`, or an absolute one for a photo elsewhere: `join(folder, …)` must find it again. */
function relativeTo(folder: string, path: string): string {
  return path.startsWith(folder + sep)
    ? path.slice(folder.length + 1)
    : join('..', path.slice(dirname(folder).length + 1));
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
