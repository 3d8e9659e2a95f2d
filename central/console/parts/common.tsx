import { Alert, Button, Empty, Tag } from 'antd';
import type { ReactNode } from 'react';
import type { Entry } from '../../../protocol/staff/index.js';
import type { Loaded } from '../loading.js';
import { useWords, wordFor } from '../words/index.js';

export function PageHead({ title, children }: { readonly title: ReactNode; readonly children?: ReactNode }) {
  return (
    <div className="page-head">
      <h1>{title}</h1>
      <div>{children}</div>
    </div>
  );
}

/** Why something could not be loaded, with a way to try again. */
export function Failure({ loaded }: { readonly loaded: Pick<Loaded<unknown>, 'error' | 'reload'> }) {
  const words = useWords();
  if (!loaded.error) return null;
  return (
    <Alert
      type="error"
      showIcon
      title={loaded.error.message}
      action={<Button onClick={loaded.reload}>{words('retry')}</Button>}
      style={{ marginBottom: 12 }}
    />
  );
}

export function Nothing({ text }: { readonly text: string }) {
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text} />;
}

export function MoreButton({ more }: { readonly more: (() => void) | undefined }) {
  const words = useWords();
  if (!more) return null;
  return (
    <div style={{ textAlign: 'center', padding: 12 }}>
      <Button onClick={more}>{words('more')}</Button>
    </div>
  );
}

export function DecisionTag({ entry }: { readonly entry: Pick<Entry, 'decision' | 'reason'> }) {
  const words = useWords();
  const colour = entry.decision === 'grant' ? 'green' : entry.reason === 'unknown-person' ? 'orange' : 'red';
  return <Tag color={colour}>{wordFor(words, 'access', entry.reason)}</Tag>;
}
