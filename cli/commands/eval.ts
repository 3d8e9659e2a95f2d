import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Vision } from '../../vision/index.js';
import { printDetection, printLiveness, printRecognition } from '../eval-print.js';
import { createProgress } from '../progress.js';

interface CommonOptions {
  readonly pack: string;
  readonly models?: string;
  readonly workers: string;
  readonly json?: boolean;
}

interface RecogniseOptions extends CommonOptions {
  readonly pairs?: string;
  readonly same?: string;
  readonly enrol: string;
  readonly probe: string;
  readonly pad: string;
  readonly plot?: string;
  readonly fpir?: string;
  readonly calibrate?: string;
}

interface LivenessOptions extends CommonOptions {
  readonly live: string;
  readonly attack: string;
  readonly threshold: string;
}

export function registerEval(program: Command): void {
  const group = program
    .command('eval')
    .description('measure how well a model pack recognises, tells live faces, and detects');
  const common = (command: Command): Command =>
    command
      .option('--pack <id>', 'model pack: its id, or its folder', 'porter-512')
      .option('--models <folder>', 'where to look for packs of your own first')
      .option('--workers <n>', 'photos analysed at the same time', String(availableParallelism()))
      .option('--json', 'print JSON');

  common(group.command('recognise <folder>'))
    .description('open-set search among <folder>/<person>/<image>, and pairs')
    .option('--pairs <csv>', 'also compare pairs: fold,a,b,same; paths below the folder’s parent')
    .option('--same <csv>', 'folders that are one person: a,b')
    .option('--enrol <n>', 'photos enrolled a person', '1')
    .option('--probe <n>', 'photos averaged in one approach', '1')
    .option('--pad <share>', 'border added on each side of tight crops, as a share of the size', '0')
    .option('--plot <file.svg>', 'write a DET curve')
    .option('--fpir <rate>', 'hold the pack’s calibration against this rate alone')
    .option('--calibrate <manifest.json>', 'fit a calibration to these photos and write it into a manifest')
    .action((folder: string, options: RecogniseOptions) => runRecognise(folder, options));

  common(group.command('liveness'))
    .description('presentation attack detection: APCER per attack folder, BPCER')
    .requiredOption('--live <folder>', 'pictures of live faces')
    .requiredOption('--attack <folder>', 'pictures of attacks; each folder below is a species of its own')
    .option('--threshold <score>', 'the policy’s threshold', '0.5')
    .action((options: LivenessOptions) => runLiveness(options));

  group
    .command('simulate-attacks <photos> <target>')
    .description(
      'make pictures of prints and screens out of <photos>/<person>/<photo>: a rehearsal, no measurement',
    )
    .option('--per-person <n>', 'first photos of each person', '1')
    .action((photos: string, target: string, options: { readonly perPerson: string }) =>
      runSimulation(photos, target, options.perPerson),
    );

  common(group.command('detect <folder>'))
    .description('count the faces of every picture below a folder')
    .action((folder: string, options: CommonOptions) => runDetect(folder, options));
}

async function runRecognise(folder: string, options: RecogniseOptions): Promise<void> {
  const { detPlot, detPoints, evalErrors, readManifest, recognise, writeCalibration } = await import(
    '../../eval/index.js'
  );
  const within = (option: string, text: string, least: number, most: number): number => {
    const value = Number(text);
    if (!(value >= least && value <= most)) throw evalErrors.option_out_of_range({ option, least, most });
    return value;
  };
  const enrol = Math.floor(within('--enrol', options.enrol, 1, 100));
  const probe = Math.floor(within('--probe', options.probe, 1, 100));
  const pad = within('--pad', options.pad, 0, 2);
  const fpir = options.fpir === undefined ? undefined : within('--fpir', options.fpir, 1e-6, 0.5);
  // Before the work, not after it.
  if (options.calibrate) await readManifest(options.calibrate);
  await withVisions(options, async visions => {
    const progress = createProgress('photos');
    const result = await recognise({
      visions,
      folder,
      ...(options.pairs ? { pairs: options.pairs } : {}),
      ...(options.same ? { same: options.same } : {}),
      ...(fpir === undefined ? {} : { calibratedFpir: [fpir] }),
      ...(options.calibrate ? { calibrate: `${basename(folder)}, --pad ${pad}` } : {}),
      ...{ enrol, probe, pad },
      onProgress: progress.update,
    });
    progress.end();
    if (options.plot) {
      const title = `${result.report.pack}: ${result.report.gallery} persons enrolled`;
      await writeFile(options.plot, detPlot(detPoints(result.genuine, result.impostor), title));
    }
    if (options.calibrate && result.calibration)
      await writeCalibration(options.calibrate, result.calibration);
    if (options.json) console.log(JSON.stringify(result.report, undefined, 2));
    else printRecognition(result.report);
  });
}

async function runSimulation(folder: string, target: string, count: string): Promise<void> {
  const { evalErrors, simulateAttacks } = await import('../../eval/index.js');
  const perPerson = Math.floor(Number(count));
  if (!(perPerson >= 1 && perPerson <= 100)) {
    throw evalErrors.option_out_of_range({ option: '--per-person', least: 1, most: 100 });
  }
  const progress = createProgress('photos');
  const { pictures } = await simulateAttacks({ folder, target, perPerson, onProgress: progress.update });
  progress.end();
  console.log(`${pictures} simulated pictures in ${target}`);
}

async function runLiveness(options: LivenessOptions): Promise<void> {
  const { evalErrors, evaluateLiveness } = await import('../../eval/index.js');
  const threshold = Number(options.threshold);
  if (!(threshold >= 0 && threshold <= 1)) {
    throw evalErrors.option_out_of_range({ option: '--threshold', least: 0, most: 1 });
  }
  await withVisions(options, async visions => {
    const progress = createProgress('pictures');
    const report = await evaluateLiveness({
      visions,
      live: options.live,
      attack: options.attack,
      threshold,
      onProgress: progress.update,
    });
    progress.end();
    if (options.json) console.log(JSON.stringify(report, undefined, 2));
    else printLiveness(report);
  });
}

async function runDetect(folder: string, options: CommonOptions): Promise<void> {
  const { evaluateDetection } = await import('../../eval/index.js');
  await withVisions(options, async visions => {
    const progress = createProgress('pictures');
    const report = await evaluateDetection({ visions, folder, onProgress: progress.update });
    progress.end();
    if (options.json) console.log(JSON.stringify(report, undefined, 2));
    else printDetection(report);
  });
}

/** Each worker holds the whole pack; more than the machine has cores would only wait for one another. */
async function withVisions(
  options: CommonOptions,
  run: (visions: readonly Vision[]) => Promise<void>,
): Promise<void> {
  const { createVisionWorker } = await import('../../vision/index.js');
  const count = Math.min(16, Math.max(1, Math.floor(Number(options.workers)) || 1));
  const visions = await Promise.all(Array.from({ length: count }, () => createVisionWorker(packOf(options))));
  try {
    await run(visions);
  } finally {
    await Promise.all(visions.map(vision => vision.close()));
  }
}

/** A folder is a pack outside the known places: its name is its id. */
function packOf({ pack, models }: CommonOptions): { pack: string; directories?: readonly string[] } {
  if (/[\\/]/.test(pack)) return { pack: basename(resolve(pack)), directories: [dirname(resolve(pack))] };
  return { pack, ...(models ? { directories: [models] } : {}) };
}
