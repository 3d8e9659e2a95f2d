import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PorterError } from '../protocol/index.js';
import { type Liveness, stillScore, type Vision } from '../vision/index.js';
import { evalErrors } from './errors.js';

export interface LivenessOptions {
  readonly visions: readonly Vision[];
  readonly live: string;
  readonly attack: string;
  /** The policy's threshold, at which APCER and BPCER are reported. */
  readonly threshold: number;
  readonly onProgress: (done: number, total: number) => void;
}

export interface AttackFigures {
  /** A folder of attacks is one presentation attack instrument species (ISO/IEC 30107-3). */
  readonly species: string;
  readonly pictures: number;
  /** Pictures without a face: they cannot attack. */
  readonly noFace: number;
  readonly apcer: number;
}

export interface LivenessReport {
  readonly pack: string;
  readonly threshold: number;
  readonly attacks: readonly AttackFigures[];
  /** The worst species, as the standard asks. */
  readonly apcer: number;
  readonly live: number;
  /** Live pictures without a face, which count as refused. */
  readonly liveNoFace: number;
  readonly bpcer: number;
  readonly curve: readonly { readonly threshold: number; readonly apcer: number; readonly bpcer: number }[];
  readonly pictures: readonly ScoredPicture[];
}

/** One picture's score and what it is made of; none of them where no face was found or the picture cannot be read. */
export interface ScoredPicture {
  readonly picture: string;
  /** `live`, or the attack's. */
  readonly species: string;
  readonly score?: number;
  /** What the pack's nets say alone, and the border cue. */
  readonly nets?: number;
  readonly border?: number;
}

const imageFile = /\.(jpe?g|png|webp|bmp)$/i;

/** APCER per attack folder and BPCER, at the policy's threshold and over the range of thresholds. */
export async function evaluateLiveness(options: LivenessOptions): Promise<LivenessReport> {
  const attackFiles = await pictures(options.attack);
  const liveFiles = await pictures(options.live);
  const total = attackFiles.length + liveFiles.length;
  let done = 0;
  const score = async (files: readonly Picture[]): Promise<ScoredPicture[]> => {
    const scored: ScoredPicture[] = [];
    let next = 0;
    await Promise.all(
      options.visions.map(async vision => {
        for (let file = files[next++]; file; file = files[next++]) {
          const liveness = await livenessOf(vision, file.path);
          scored.push({
            ...{ picture: file.path, species: file.species },
            ...(liveness && { score: stillScore(liveness), nets: liveness.score }),
            ...(liveness?.border !== undefined && { border: liveness.border }),
          });
          options.onProgress(++done, total);
        }
      }),
    );
    return scored.sort((a, b) => (a.picture < b.picture ? -1 : 1));
  };
  const attacks = await score(attackFiles);
  const live = (await score(liveFiles)).map(one => ({ ...one, species: 'live' }));
  const species = [...new Set(attacks.map(one => one.species))].sort();
  const apcerAt = (threshold: number) =>
    species.map(name => {
      const own = attacks.filter(one => one.species === name);
      const noFace = own.filter(one => one.score === undefined).length;
      const accepted = own.filter(one => one.score !== undefined && one.score >= threshold).length;
      return { species: name, pictures: own.length, noFace, apcer: accepted / own.length };
    });
  const worst = (figures: readonly AttackFigures[]) => Math.max(0, ...figures.map(one => one.apcer));
  const bpcerAt = (threshold: number) =>
    live.filter(one => one.score === undefined || one.score < threshold).length / live.length;
  return {
    pack: options.visions[0]?.packId ?? '',
    threshold: options.threshold,
    attacks: apcerAt(options.threshold),
    apcer: worst(apcerAt(options.threshold)),
    live: live.length,
    liveNoFace: live.filter(one => one.score === undefined).length,
    bpcer: bpcerAt(options.threshold),
    curve: Array.from({ length: 19 }, (_, step) => (step + 1) / 20).map(threshold => ({
      threshold,
      apcer: worst(apcerAt(threshold)),
      bpcer: bpcerAt(threshold),
    })),
    pictures: [...live, ...attacks],
  };
}

interface Picture {
  readonly path: string;
  readonly species: string;
}

/** Pictures directly in the folder are one species of its name; each folder below is one of its own. */
async function pictures(folder: string): Promise<Picture[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: Error) => {
    throw evalErrors.dataset_unreadable({ folder, problem: cause.message }, { cause });
  });
  const found = entries
    .filter(entry => entry.isFile() && imageFile.test(entry.name))
    .map(entry => {
      const below = entry.parentPath.slice(folder.length).replace(/^[/\\]+/, '');
      return { path: join(entry.parentPath, entry.name), species: below.split(/[/\\]/)[0] || '.' };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (found.length === 0) throw evalErrors.dataset_empty({ folder });
  return found;
}

async function livenessOf(vision: Vision, path: string): Promise<Liveness | undefined> {
  try {
    const { faces } = await vision.analyse(
      { bytes: await readFile(path) },
      { embed: false, only: 'largest' },
    );
    return faces.find(face => face.liveness)?.liveness;
  } catch (error) {
    if (error instanceof PorterError) return undefined;
    throw error;
  }
}
