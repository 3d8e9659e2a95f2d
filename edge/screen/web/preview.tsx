import type { ScreenState } from '../../../protocol/screen.js';
import type { Words } from './words.js';

/** The camera's picture, mirrored as people expect of themselves, with a frame around the nearest face. */
export function Preview({ state, text }: { readonly state: ScreenState; readonly text: Words }) {
  const { faceBox, camera, cameraError } = state;
  if (camera !== 'ok') {
    const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
    return (
      <div className="preview empty" data-testid="camera-lost" role="alert">
        <CameraOff />
        <p>{camera === 'lost' ? text.cameraLost : text.cameraStarting}</p>
        {cameraError && <small>{cameraError[language]}</small>}
      </div>
    );
  }
  return (
    <div className="preview">
      <div className="picture">
        <img src="api/preview.mjpeg" alt="" />
        {faceBox && (
          <div
            className="face"
            style={{
              right: `${faceBox.x * 100}%`,
              top: `${faceBox.y * 100}%`,
              width: `${faceBox.width * 100}%`,
              height: `${faceBox.height * 100}%`,
            }}
          />
        )}
      </div>
    </div>
  );
}

function CameraOff() {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className="glyph">
      <path
        d="M6 14h24v20H6zM30 22l12-7v18l-12-7M4 4l40 40"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
      />
    </svg>
  );
}
