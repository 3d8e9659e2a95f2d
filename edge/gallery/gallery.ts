import { decodeVector, type GalleryPerson } from '../../protocol/index.js';
import type { Gallery } from '../contracts.js';
import type { GallerySink } from '../store/index.js';
import { createBoundedIndex } from './bounded-index.js';
import { galleryErrors } from './errors.js';
import { createPlainIndex } from './plain-index.js';
import { largestDimension } from './quantise.js';

/** A template's length is 1 but for rounding; another length would make it like everybody. */
const lengthTolerance = 0.01;

/**
 * The persons a device knows, in memory, with exact search over the templates of one pack. Templates of other packs, of
 * another dimension or not of unit length are left out. `search` @throws probe_unusable. @throws dimension_unusable
 */
export function createGallery(options: {
  readonly packId: string;
  readonly dimension: number;
}): Gallery & GallerySink {
  const { packId, dimension } = options;
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > largestDimension) {
    throw galleryErrors.dimension_unusable({ dimension, most: largestDimension });
  }
  const persons = new Map<string, GalleryPerson>();
  const byCard = new Map<string, string>();
  const byNumber = new Map<string, string>();
  const numberOf = ({ studentNumber }: GalleryPerson): string => studentNumber.toUpperCase();
  const forgetNames = (personId: string): void => {
    const known = persons.get(personId);
    if (!known) return;
    for (const card of known.payment?.cards ?? []) if (byCard.get(card) === personId) byCard.delete(card);
    if (byNumber.get(numberOf(known)) === personId) byNumber.delete(numberOf(known));
  };
  const index = createBoundedIndex(dimension) ?? createPlainIndex(dimension);
  let revision = 0;
  return {
    packId,
    get revision() {
      return revision;
    },
    get persons() {
      return index.persons;
    },
    get templates() {
      return index.vectors;
    },
    search(embedding) {
      if (embedding.length !== dimension || !Number.isFinite(lengthOf(embedding))) {
        throw galleryErrors.probe_unusable({ dimension });
      }
      return index.search(embedding);
    },
    person: personId => persons.get(personId),
    personByCard: number => persons.get(byCard.get(number) ?? ''),
    personByStudentNumber: number => persons.get(byNumber.get(number.toUpperCase()) ?? ''),
    upsert(person) {
      forgetNames(person.personId);
      for (const card of person.payment?.cards ?? []) byCard.set(card, person.personId);
      byNumber.set(numberOf(person), person.personId);
      // The vectors live in the index alone; keeping their text too would cost more memory than they do.
      persons.set(person.personId, { ...person, templates: [] });
      index.replace(
        person.personId,
        person.templates
          .filter(template => template.packId === packId)
          .map(template => decodeVector(template.vector))
          .filter(vector => vector.length === dimension && Math.abs(lengthOf(vector) - 1) <= lengthTolerance),
      );
    },
    remove(personId) {
      forgetNames(personId);
      persons.delete(personId);
      index.replace(personId, []);
    },
    setRevision(next) {
      revision = next;
    },
  };
}

/** NaN or infinite when a number of the vector is. */
function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
