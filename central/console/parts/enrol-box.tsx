import { CameraOutlined, InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Spin, Upload } from 'antd';
import { useEffect, useState } from 'react';
import type { EnrolmentResult, Person } from '../../../protocol/staff/index.js';
import { asError } from '../loading.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { CameraCapture } from './camera-capture.js';
import { type Outcome, outcomeOfError, outcomeOfResult } from './enrolment.js';

interface Photo {
  readonly blob: Blob;
  readonly url: string;
}

/** Enrols from a file or from the browser's camera, and says what came of it. */
export function EnrolBox({
  person,
  onEnrolled,
}: {
  readonly person: Person;
  readonly onEnrolled: () => void;
}) {
  const words = useWords();
  const { api } = useWork();
  const mayOverride = useMay('enrolDuplicates');
  const [photo, setPhoto] = useState<Photo>();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const [cameraOpen, setCameraOpen] = useState(false);
  useEffect(() => () => URL.revokeObjectURL(photo?.url ?? ''), [photo]);

  const enrol = async (blob: Blob, allowDuplicate = false): Promise<void> => {
    const form = new FormData();
    // Fields before the file: what is read first must be known first.
    if (allowDuplicate) form.append('allowDuplicate', 'true');
    form.append('photo', blob, 'photo.jpg');
    setPhoto({ blob, url: URL.createObjectURL(blob) });
    setOutcome(undefined);
    setBusy(true);
    try {
      const result = await api.upload<EnrolmentResult>(`/people/${person.id}/enrolments`, form);
      setOutcome(outcomeOfResult(result, words));
      setCameraOpen(false);
      onEnrolled();
    } catch (failure) {
      setOutcome(outcomeOfError(asError(failure), words));
    } finally {
      setBusy(false);
    }
  };

  const consented = person.consents.some(({ granted, purpose }) => granted && purpose !== 'attendance');
  if (!consented) {
    return <Alert type="info" showIcon title={words('enrolNeedsConsent')} style={{ marginTop: 16 }} />;
  }
  return (
    <div className="stack" style={{ marginTop: 16 }}>
      {cameraOpen ? (
        <CameraCapture onPhoto={enrol} onClose={() => setCameraOpen(false)} busy={busy} />
      ) : (
        <>
          <Upload.Dragger
            accept="image/*"
            showUploadList={false}
            disabled={busy}
            beforeUpload={file => {
              void enrol(file);
              return false;
            }}
            data-testid="photo-drop"
          >
            <p style={{ margin: '0 0 4px' }}>
              <InboxOutlined style={{ fontSize: 22, color: 'var(--green)' }} />
            </p>
            <p style={{ margin: 0 }}>{words('dropPhoto')}</p>
            <p className="note sub">
              {words('dropType')} · {words('photoNotKept')}
            </p>
          </Upload.Dragger>
          <div>
            <Button icon={<CameraOutlined />} onClick={() => setCameraOpen(true)} data-testid="use-camera">
              {words('useCamera')}
            </Button>
          </div>
        </>
      )}
      {photo && (busy || outcome) && (
        <div className="preview" aria-live="polite">
          <img src={photo.url} alt={words('photoOf')} />
          {busy || !outcome ? (
            <span>
              <Spin size="small" /> {words('measuring')}
            </span>
          ) : (
            <OutcomeBox
              outcome={outcome}
              onOverride={outcome.isDuplicate && mayOverride ? () => void enrol(photo.blob, true) : undefined}
            />
          )}
        </div>
      )}
    </div>
  );
}

function OutcomeBox(props: { readonly outcome: Outcome; readonly onOverride: (() => void) | undefined }) {
  const { outcome, onOverride } = props;
  const words = useWords();
  return (
    <Alert
      type={outcome.ok ? 'success' : 'error'}
      showIcon
      title={outcome.title}
      description={
        <>
          {outcome.text}
          {outcome.reasons.length > 0 && (
            <ul className="reasons">
              {outcome.reasons.map(text => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
          {onOverride && (
            <div style={{ marginTop: 12 }}>
              <Button size="small" danger onClick={onOverride} data-testid="enrol-anyway">
                {words('enrolAnyway')}
              </Button>
            </div>
          )}
        </>
      }
      data-testid="enrolment-outcome"
    />
  );
}
