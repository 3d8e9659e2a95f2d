import { App, Button, Card, Popconfirm } from 'antd';
import type { Person, TemplateInfo } from '../../../protocol/staff/index.js';
import { dateTime, percent } from '../format.js';
import { useWork } from '../session.js';
import { useWords } from '../words/index.js';
import { Nothing } from './common.js';
import { EnrolBox } from './enrol-box.js';

/** A person's templates, and a place to enrol another photo. */
export function FaceCard(props: {
  readonly person: Person;
  readonly editable: boolean;
  readonly onChange: () => void;
}) {
  const { person, editable, onChange } = props;
  const words = useWords();
  const { api } = useWork();
  const { message } = App.useApp();
  const remove = (templateId: string) =>
    api
      .send('DELETE', `/people/${person.id}/templates/${templateId}`)
      .then(onChange, (error: Error) => message.error(error.message));
  const { templates } = person;
  return (
    <Card title={words('faces')}>
      {templates.length === 0 && <Nothing text={words('noFaces')} />}
      <ul className="feed" data-testid="templates">
        {templates.map((template, index) => (
          <li key={template.id}>
            <span className="main" style={{ gridColumn: 'span 2' }}>
              {words('faceNumber', { number: index + 1 })} ·{' '}
              <span className="num">
                {words('quality')} {percent(template.quality, words.language)}
              </span>
              <TemplateOrigin template={template} />
            </span>
            {editable && (
              <Popconfirm
                title={words('deleteFace')}
                okText={words('delete')}
                okButtonProps={{ danger: true, 'data-testid': 'confirm-ok' }}
                onConfirm={() => remove(template.id)}
              >
                <Button size="small" danger type="text" data-testid="delete-template">
                  {words('delete')}
                </Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
      {editable && <EnrolBox person={person} onEnrolled={onChange} />}
    </Card>
  );
}

function TemplateOrigin({ template }: { readonly template: TemplateInfo }) {
  const words = useWords();
  const { packId, enrolledAt, enrolledBy } = template;
  const parts = [
    packId,
    dateTime(enrolledAt, words.language),
    ...(enrolledBy ? [words('enrolledBy', { name: enrolledBy })] : []),
  ];
  return <span className="sub">{parts.join(' · ')}</span>;
}
