import { decodeVector, type GalleryPerson } from '../../protocol/index.js';
import type { Gallery } from '../contracts.js';
import type { GallerySink } from '../store/index.js';
import { createVectorIndex } from './vector-index.js';

/** The persons a device knows, in memory, with exact search over the templates of one pack. */
export function createGallery(options: {
  readonly packId: string;
  readonly dimension: number;
}): Gallery & GallerySink {
  const { packId, dimension } = options;
  const persons = new Map<string, GalleryPerson>();
  const index = createVectorIndex(dimension);
  let revision = 0;
  return {
    packId,
    get revision() {
      return revision;
    },
    get persons() {
      return index.persons;
    },
    search: embedding => index.search(embedding),
    person: personId => persons.get(personId),
    upsert(person) {
      // The vectors live in the index alone; keeping their text too would cost more memory than they do.
      persons.set(person.personId, { ...person, templates: [] });
      index.replace(
        person.personId,
        person.templates
          .filter(template => template.packId === packId)
          .map(template => decodeVector(template.vector))
          .filter(vector => vector.length === dimension),
      );
    },
    remove(personId) {
      persons.delete(personId);
      index.replace(personId, []);
    },
    setRevision(next) {
      revision = next;
    },
  };
}
