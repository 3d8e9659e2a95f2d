import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Face, Vision } from '../../vision/index.js';
import { cliErrors } from '../errors.js';
import { enrolFolder, type FolderPerson, rank } from '../folder-gallery.js';

interface IdentifyOptions {
  readonly gallery?: string;
  readonly pack: string;
  readonly fpir: string;
  readonly json?: boolean;
}

export function registerIdentify(program: Command): void {
  program
    .command('identify <image>')
    .description('find the faces of a picture: box, quality, liveness and, with --gallery, who it is')
    .option('--gallery <folder>', 'one folder a person, with photos of that person')
    .option('--pack <id>', 'model pack', 'porter-512')
    .option('--fpir <rate>', 'wanted rate of false identifications', '0.01')
    .option('--json', 'print JSON')
    .action(async (path: string, options: IdentifyOptions) => {
      const { createVision } = await import('../../vision/index.js');
      const { thresholdFor } = await import('../../models/index.js');
      const bytes = await readImage(path);
      const vision = await createVision({ pack: options.pack });
      try {
        const people = options.gallery
          ? await enrolFolder({ vision, folder: options.gallery, log: console.error })
          : [];
        const { calibration } = vision;
        const threshold = thresholdFor({
          calibration,
          fpir: Number(options.fpir),
          galleryPersons: Math.max(1, people.length),
        });
        const analysis = await vision.analyse({ bytes });
        const faces = analysis.faces.map(face => describe(face, people, threshold, calibration.margin));
        if (options.json) console.log(JSON.stringify({ ...analysis, faces, threshold }, undefined, 2));
        else printFaces(faces, analysis.width, analysis.height, vision);
      } finally {
        await vision.close();
      }
    });
}

async function readImage(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: Error) => {
    throw cliErrors.file_not_readable({ path, problem: cause.message }, { cause });
  });
}

interface DescribedFace {
  readonly box: Face['box'];
  readonly quality: Face['quality'];
  readonly liveness?: number;
  readonly identification?: {
    readonly kind: 'identified' | 'unsure' | 'unknown';
    readonly person?: string;
    readonly score?: number;
    readonly margin?: number;
  };
}

function describe(
  face: Face,
  people: readonly FolderPerson[],
  threshold: number,
  wantedMargin: number,
): DescribedFace {
  const [best, second] = face.embedding ? rank(face.embedding, people) : [];
  const margin = best ? best.score - (second?.score ?? -1) : 0;
  return {
    box: face.box,
    quality: face.quality,
    ...(face.liveness ? { liveness: face.liveness.score } : {}),
    ...(best
      ? {
          identification: {
            kind: best.score < threshold ? 'unknown' : margin < wantedMargin ? 'unsure' : 'identified',
            person: best.name,
            score: best.score,
            margin,
          },
        }
      : {}),
  };
}

function printFaces(faces: readonly DescribedFace[], width: number, height: number, vision: Vision): void {
  console.log(
    `${width}×${height}, ${faces.length} ${faces.length === 1 ? 'face' : 'faces'}, pack ${vision.packId}`,
  );
  for (const [index, face] of faces.entries()) {
    const { x, y, width: w, height: h } = face.box;
    const reasons = face.quality.reasons.length > 0 ? ` (${face.quality.reasons.join(', ')})` : '';
    console.log(
      `${index + 1}. at ${Math.round(x)},${Math.round(y)} ${Math.round(w)}×${Math.round(h)}  ` +
        `quality ${face.quality.grade} ${face.quality.score.toFixed(2)}${reasons}` +
        (face.liveness === undefined ? '' : `  liveness ${face.liveness.toFixed(2)}`),
    );
    const found = face.identification;
    if (found) {
      const numbers = `score ${found.score?.toFixed(3)}, margin ${found.margin?.toFixed(3)}`;
      console.log(
        `   ${found.kind === 'unknown' ? 'unknown; nearest' : found.kind} ${found.person} (${numbers})`,
      );
    }
  }
}
