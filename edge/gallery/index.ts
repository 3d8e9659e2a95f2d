export { createBoundedIndex } from './bounded-index.js';
export { galleryErrors } from './errors.js';
export { createGallery } from './gallery.js';
export { createPlainIndex } from './plain-index.js';
export type { VectorIndex } from './vector-index.js';
