import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The folder that holds this project's package.json; the same from the sources and from dist/. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the models folder');
    folder = parent;
  }
  return folder;
}

/**
 * Folders searched for packs, first match wins: the caller's, those of the environment variable PORTER_MODELS
 * (separated like PATH), then the packs that come with the project.
 */
export function packDirectories(own: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): string[] {
  const fromEnvironment = (env.PORTER_MODELS ?? '').split(delimiter).filter(part => part !== '');
  return [...own, ...fromEnvironment, join(packageRoot(), 'models')];
}

/** Folder of an installed npm package; undefined when it is not installed. */
export function npmPackageFolder(name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
