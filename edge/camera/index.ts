export { createDemoSource } from './demo-source.js';
export { discoverCameras, type FoundCamera } from './discovery.js';
export { cameraErrors } from './errors.js';
export { createCameraFeed } from './feed.js';
export { createFfmpegSource } from './ffmpeg-source.js';
export { createFolderSource } from './folder-source.js';
export { createOnvifSource } from './onvif.js';
export { type ChosenCamera, parseCameraSpec } from './spec.js';
