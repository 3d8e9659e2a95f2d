export { createGallery } from './gallery.js';
