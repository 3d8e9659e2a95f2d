import { Alert, Button, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../words/index.js';

/** Takes a picture with the browser's camera; the camera is given back when it is no longer needed. */
export function CameraCapture(props: {
  readonly onPhoto: (photo: Blob) => Promise<void>;
  readonly busy: boolean;
}) {
  const { onPhoto, busy } = props;
  const words = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [stream, setStream] = useState<MediaStream>();
  const [photo, setPhoto] = useState<{ readonly blob: Blob; readonly url: string }>();
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    if (video.current && stream) video.current.srcObject = stream;
    return () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [stream]);
  const open = () =>
    navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, facingMode: 'user' } }).then(
      opened => {
        setRefused(false);
        setStream(opened);
      },
      () => setRefused(true),
    );
  const take = () => {
    const source = video.current;
    if (!source) return;
    const canvas = document.createElement('canvas');
    canvas.width = source.videoWidth;
    canvas.height = source.videoHeight;
    canvas.getContext('2d')?.drawImage(source, 0, 0);
    canvas.toBlob(blob => blob && setPhoto({ blob, url: URL.createObjectURL(blob) }), 'image/jpeg', 0.92);
  };
  const forget = () => {
    if (photo) URL.revokeObjectURL(photo.url);
    setPhoto(undefined);
  };
  const enrol = async () => {
    if (!photo) return;
    await onPhoto(photo.blob);
    forget();
    setStream(undefined);
  };
  if (!navigator.mediaDevices) return null;
  if (!stream) {
    return (
      <div>
        <Button onClick={open}>{words('useCamera')}</Button>
        {refused && <Alert type="warning" title={words('cameraRefused')} style={{ marginTop: 8 }} />}
      </div>
    );
  }
  return (
    <div className="camera stack">
      {photo ? <img src={photo.url} alt="" /> : <video ref={video} autoPlay playsInline muted />}
      <Space>
        {photo ? (
          <>
            <Button type="primary" onClick={() => void enrol()} loading={busy}>
              {words('enrolThis')}
            </Button>
            <Button onClick={forget}>{words('retake')}</Button>
          </>
        ) : (
          <Button type="primary" onClick={take}>
            {words('takePhoto')}
          </Button>
        )}
        <Button onClick={() => setStream(undefined)}>{words('cancel')}</Button>
      </Space>
    </div>
  );
}
