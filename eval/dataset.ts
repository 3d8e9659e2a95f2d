import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { evalErrors } from './errors.js';

/** The photos of one person, in name order; paths are relative to the data set's folder (`person/photo.jpg`). */
export interface Subject {
  readonly name: string;
  readonly images: readonly string[];
}

/** Several photos that are used together: averaged into one template or one probe. */
export type PhotoGroup = readonly string[];

/** Who is enrolled from what, and who walks up with what. Decided by names alone, so that every run is the same. */
export interface SearchPlan {
  readonly gallery: readonly { readonly person: string; readonly photos: PhotoGroup }[];
  readonly mated: readonly { readonly person: string; readonly photos: PhotoGroup }[];
  readonly nonMated: readonly { readonly person: string; readonly photos: PhotoGroup }[];
}

const imageFile = /\.(jpe?g|png|webp|bmp|gif|tiff?)$/i;
const matedGroupsMost = 3;
const nonMatedGroupsMost = 2;
/** First byte of SHA-256(name) below this: the person is left out of the gallery (64 of 256: a quarter). */
const leftOutBelow = 64;

const isVisible = (name: string): boolean => !name.startsWith('.');
const isPhoto = (path: string): boolean => path.split(sep).every(isVisible) && imageFile.test(path);
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Reads `<folder>/<person>/<image>`, also where the images lie in folders below the person's. Error `dataset_empty` when no picture is found. */
export async function readSubjects(folder: string): Promise<Subject[]> {
  const names = await readdir(folder).catch((cause: Error) => {
    throw evalErrors.dataset_unreadable({ folder, problem: cause.message }, { cause });
  });
  const subjects: Subject[] = [];
  for (const name of names.filter(isVisible).sort(byName)) {
    // Followed, not listed by kind: data sets are often put together of links.
    const entry = await stat(join(folder, name)).catch(() => undefined);
    if (!entry?.isDirectory()) continue;
    const below = await readdir(join(folder, name), { recursive: true });
    const files = below.filter(isPhoto).sort(byName);
    if (files.length > 0) subjects.push({ name, images: files.map(file => `${name}/${file}`) });
  }
  if (subjects.length === 0) throw evalErrors.dataset_empty({ folder });
  return subjects;
}

/** Pools the folders that are one person, under the first of their names. */
export function mergeSame(
  subjects: readonly Subject[],
  same: readonly (readonly [string, string])[],
): Subject[] {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    const above = parent.get(name);
    return above === undefined || above === name ? name : root(above);
  };
  for (const [a, b] of same) {
    const [first, second] = [root(a), root(b)].sort(byName);
    if (first !== undefined && second !== undefined && first !== second) parent.set(second, first);
  }
  const merged = new Map<string, string[]>();
  for (const subject of subjects) {
    const images = merged.get(root(subject.name)) ?? [];
    images.push(...subject.images);
    merged.set(root(subject.name), images);
  }
  return Array.from(merged, ([name, images]) => ({ name, images }));
}

export function isLeftOut(person: string): boolean {
  return createHash('sha256').update(person).digest().readUInt8(0) < leftOutBelow;
}

/**
 * Splits the subjects into gallery and approaches. Enrolled people give their first `enrol` photos to the gallery and up to three
 * further groups of `probe` photos as mated approaches; left-out people's first two groups are the non-mated ones.
 * A person with fewer than `enrol` photos enrols what there is; groups that are not full are left out.
 */
export function planSearch(
  subjects: readonly Subject[],
  { enrol, probe }: { readonly enrol: number; readonly probe: number },
): SearchPlan {
  const gallery: { person: string; photos: PhotoGroup }[] = [];
  const mated: { person: string; photos: PhotoGroup }[] = [];
  const nonMated: { person: string; photos: PhotoGroup }[] = [];
  for (const { name, images } of subjects) {
    if (isLeftOut(name)) {
      for (const photos of groups(images, probe, nonMatedGroupsMost)) nonMated.push({ person: name, photos });
    } else {
      gallery.push({ person: name, photos: images.slice(0, enrol) });
      for (const photos of groups(images.slice(enrol), probe, matedGroupsMost)) {
        mated.push({ person: name, photos });
      }
    }
  }
  return { gallery, mated, nonMated };
}

function groups(images: readonly string[], size: number, most: number): PhotoGroup[] {
  const full: PhotoGroup[] = [];
  for (let at = 0; at + size <= images.length && full.length < most; at += size) {
    full.push(images.slice(at, at + size));
  }
  return full;
}

export interface Pair {
  readonly fold: string;
  /** Paths below the data set's parent folder. */
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** Reads CSV `fold,a,b,same`; a header line and the order of its columns are honoured when there is one. */
export async function readPairs(path: string): Promise<Pair[]> {
  const rows = await readCsv(path);
  const header = rows[0]?.map(cell => cell.toLowerCase());
  const hasHeader = header?.includes('a') && header.includes('b') && header.includes('same');
  const columns = hasHeader && header ? header : ['fold', 'a', 'b', 'same'];
  return rows.slice(hasHeader ? 1 : 0).map((row, index) => {
    const cell = (name: string): string => row[columns.indexOf(name)] ?? '';
    const same = cell('same').toLowerCase();
    const known = ['1', 'true', 'yes', '0', 'false', 'no'].includes(same);
    if (cell('a') === '' || cell('b') === '' || !known)
      throw evalErrors.pairs_malformed({ path, line: index + 1 });
    return { fold: cell('fold'), a: cell('a'), b: cell('b'), same: ['1', 'true', 'yes'].includes(same) };
  });
}

/** Reads CSV `a,b`: folders that hold the same person. */
export async function readSame(path: string): Promise<[string, string][]> {
  const rows = await readCsv(path);
  return rows
    .filter((row, index) => !(index === 0 && row[0]?.toLowerCase() === 'a' && row[1]?.toLowerCase() === 'b'))
    .map(([a = '', b = ''], index) => {
      if (a === '' || b === '') throw evalErrors.pairs_malformed({ path, line: index + 1 });
      return [a, b];
    });
}

async function readCsv(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw evalErrors.dataset_unreadable({ folder: path, problem: cause.message }, { cause });
  });
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(line => line.trim() !== '')
    .map(line => splitCsv(line));
}

/** One line of RFC 4180 CSV without line breaks inside of fields. */
function splitCsv(line: string): string[] {
  const cells: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    cells.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim());
  }
  return cells;
}
