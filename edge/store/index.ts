export { storeErrors } from './errors.js';
export { type GallerySink, type OpenStore, openStore, type StoreNeeds, setStoreAside } from './store.js';
