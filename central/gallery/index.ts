export type { PaymentPolicy } from './content.js';
export { galleryErrors } from './errors.js';
export { createGallery, type Gallery, type Touch } from './gallery.js';
export { checkKey, createVault, type TemplateIdentity, type Vault, vectorOf } from './vault.js';
