export { createDemoSource } from './demo-source.js';
export { cameraErrors } from './errors.js';
export { createCameraFeed } from './feed.js';
export { discoverCameras, type FoundCamera } from './onvif.js';
export { type ChosenCamera, parseCameraSpec } from './spec.js';
