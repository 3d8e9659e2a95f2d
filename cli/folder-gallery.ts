import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PorterError } from '../protocol/index.js';
import type { Vision } from '../vision/index.js';
import { cliErrors } from './errors.js';

/** A person of a gallery that is a folder of folders of photos. */
export interface FolderPerson {
  readonly name: string;
  readonly templates: readonly Float32Array[];
}

const imageFile = /\.(jpe?g|png|webp)$/i;

/** Enrols every folder below `folder` from its pictures; pictures without a usable face are named to `log` and left out. */
export async function enrolFolder(options: {
  readonly vision: Vision;
  readonly folder: string;
  readonly log: (line: string) => void;
}): Promise<FolderPerson[]> {
  const { vision, folder, log } = options;
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw cliErrors.file_not_readable({ path: folder, problem: cause.message }, { cause });
  });
  const people: FolderPerson[] = [];
  for (const entry of entries.filter(one => one.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const templates: Float32Array[] = [];
    for (const file of (await readdir(join(folder, entry.name)))
      .filter(name => imageFile.test(name))
      .sort()) {
      const path = join(folder, entry.name, file);
      try {
        const { faces } = await vision.analyse(
          { bytes: await readFile(path) },
          { liveness: false, mirror: true },
        );
        const embedding = faces[0]?.embedding;
        if (embedding) templates.push(embedding);
        else log(`${path}: no usable face, left out`);
      } catch (error) {
        if (!(error instanceof PorterError)) throw error;
        log(`${path}: ${error.message}, left out`);
      }
    }
    if (templates.length > 0) people.push({ name: entry.name, templates });
  }
  return people;
}

/** Persons by their best template's cosine, best first. */
export function rank(
  embedding: Float32Array,
  people: readonly FolderPerson[],
): { readonly name: string; readonly score: number }[] {
  return people
    .map(({ name, templates }) => ({
      name,
      score: Math.max(...templates.map(one => cosine(embedding, one))),
    }))
    .sort((a, b) => b.score - a.score);
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
