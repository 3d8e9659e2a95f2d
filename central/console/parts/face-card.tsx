import { Alert, App, Button, Card, Popconfirm, Upload } from 'antd';
import { useState } from 'react';
import type { EnrolmentResult, Person } from '../../../protocol/staff/index.js';
import { ApiError } from '../api.js';
import { dateTime } from '../format.js';
import { useWork } from '../session.js';
import { useWords, type Words, wordFor } from '../words/index.js';
import { CameraCapture } from './camera-capture.js';
import { Nothing } from './common.js';

/** The text of a failed enrolment, with the photo's faults in words. */
export function enrolmentProblem(error: Error, words: Words): string {
  const reasons = error instanceof ApiError ? error.params.reasons : undefined;
  if (!Array.isArray(reasons)) return error.message;
  const text = reasons
    .map(reason => wordFor(words, 'reason', String(reason)))
    .join(words.language === 'zh' ? '、' : ', ');
  return `${wordFor(words, 'grade', 'poor')}: ${text}`;
}

export function FaceCard(props: {
  readonly person: Person;
  readonly editable: boolean;
  readonly onChange: () => void;
}) {
  const { person, editable, onChange } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<{ readonly ok: boolean; readonly text: string }>();
  const consented = person.consents.some(consent => consent.granted);

  const enrol = async (photo: Blob): Promise<void> => {
    const form = new FormData();
    form.append('photo', photo, 'photo.jpg');
    setBusy(true);
    try {
      const { verdict } = await api.upload<EnrolmentResult>(`/people/${person.id}/enrolments`, form);
      const reasons = verdict.reasons.map(reason => wordFor(words, 'reason', reason));
      const grade = [wordFor(words, 'grade', verdict.grade), ...reasons].join(', ');
      setOutcome({ ok: true, text: words('enrolledOk', { grade }) });
      onChange();
    } catch (error) {
      setOutcome({ ok: false, text: enrolmentProblem(error as Error, words) });
    } finally {
      setBusy(false);
    }
  };
  const remove = (templateId: string) =>
    api
      .send('DELETE', `/people/${person.id}/templates/${templateId}`)
      .then(onChange, (error: Error) => message.error(error.message));

  return (
    <Card size="small" title={words('faces')} loading={false}>
      {person.templates.length === 0 && <Nothing text={words('noFaces')} />}
      <ul className="feed" data-testid="templates">
        {person.templates.map(template => (
          <li key={template.id}>
            <span className="num">{template.quality.toFixed(2)}</span>
            <span>
              {template.packId} <span className="sub">{dateTime(template.enrolledAt, words.language)}</span>
            </span>
            {editable && (
              <Popconfirm title={words('deleteFace')} onConfirm={() => remove(template.id)}>
                <Button size="small" danger type="text">
                  {words('delete')}
                </Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
      {editable && !consented && <Alert type="info" title={words('enrolNeedsConsent')} />}
      {editable && consented && (
        <div className="stack" style={{ marginTop: 12 }}>
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
            <p>{words('dropPhoto')}</p>
            <small>{words('photoNotKept')}</small>
          </Upload.Dragger>
          <CameraCapture onPhoto={enrol} busy={busy} />
        </div>
      )}
      {outcome && (
        <Alert
          style={{ marginTop: 12 }}
          type={outcome.ok ? 'success' : 'error'}
          showIcon
          title={outcome.text}
          data-testid="enrolment-outcome"
        />
      )}
    </Card>
  );
}
