import { Alert, Button, Space, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../words/index.js';

type CameraState = 'opening' | 'open' | 'refused';

const ideal: MediaStreamConstraints = {
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' },
};

/** Takes a picture with the browser's camera; the camera is given back when this goes away. */
export function CameraCapture(props: {
  readonly onPhoto: (photo: Blob) => Promise<void>;
  readonly onClose: () => void;
  readonly busy: boolean;
}) {
  const { onPhoto, onClose, busy } = props;
  const words = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>('opening');
  const [photo, setPhoto] = useState<{ readonly blob: Blob; readonly url: string }>();
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isGone = false;
    const end = (ended: MediaStream | undefined) => {
      for (const track of ended?.getTracks() ?? []) track.stop();
    };
    openCamera().then(
      opened => {
        if (isGone) return end(opened);
        stream = opened;
        if (video.current) video.current.srcObject = opened;
        setState('open');
      },
      () => {
        if (!isGone) setState('refused');
      },
    );
    return () => {
      isGone = true;
      end(stream);
    };
  }, []);
  useEffect(() => () => URL.revokeObjectURL(photo?.url ?? ''), [photo]);
  const take = () => {
    const source = video.current;
    if (!source || source.videoWidth === 0) return;
    const canvas = document.createElement('canvas');
    canvas.width = source.videoWidth;
    canvas.height = source.videoHeight;
    canvas.getContext('2d')?.drawImage(source, 0, 0);
    canvas.toBlob(blob => blob && setPhoto({ blob, url: URL.createObjectURL(blob) }), 'image/jpeg', 0.92);
  };
  const isOpen = state === 'open';
  return (
    <div className="camera stack">
      {state === 'refused' && <Alert type="warning" showIcon title={words('cameraRefused')} />}
      {state === 'opening' && (
        <span>
          <Spin size="small" /> {words('cameraOpening')}
        </span>
      )}
      <video ref={video} autoPlay playsInline muted hidden={!isOpen || photo !== undefined} />
      {photo && <img src={photo.url} alt={words('photoOf')} />}
      {isOpen && <p className="note sub">{words('cameraHint')}</p>}
      <Space wrap>
        {photo ? (
          <>
            <Button
              type="primary"
              onClick={() => void onPhoto(photo.blob)}
              loading={busy}
              data-testid="enrol-picture"
            >
              {words('enrolThis')}
            </Button>
            <Button onClick={() => setPhoto(undefined)} disabled={busy} data-testid="retake">
              {words('retake')}
            </Button>
          </>
        ) : (
          isOpen && (
            <Button type="primary" onClick={take} data-testid="take-photo">
              {words('takePhoto')}
            </Button>
          )
        )}
        <Button onClick={onClose} disabled={busy}>
          {words('cancel')}
        </Button>
      </Space>
    </div>
  );
}

/** Rejects also where the browser gives no camera at all: over plain HTTP from another machine. */
async function openCamera(): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new Error('no cameras here');
  return devices.getUserMedia(ideal);
}
