import { Alert, Button, Empty } from 'antd';
import { type ReactNode, useEffect } from 'react';
import type { Entry } from '../../../protocol/staff/index.js';
import type { Loaded, Pages } from '../loading.js';
import { useWords, wordFor } from '../words/index.js';

export function PageHead(props: {
  /** Also the browser tab's title. */
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}) {
  const { title, aside, children } = props;
  useEffect(() => {
    document.title = title ? `${title} · Porter` : 'Porter';
  }, [title]);
  return (
    <div className="page-head">
      <div>
        <h1>
          {title} {aside}
        </h1>
      </div>
      <div className="actions">{children}</div>
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
      title={words('loadFailed')}
      description={loaded.error.message}
      action={
        <Button size="small" onClick={loaded.reload}>
          {words('retry')}
        </Button>
      }
      style={{ marginBottom: 12 }}
      data-testid="failure"
    />
  );
}

export function Nothing({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text} style={{ margin: '16px 0' }}>
      {children}
    </Empty>
  );
}

export function MoreButton({ pages }: { readonly pages: Pick<Pages<unknown>, 'more' | 'loadingMore'> }) {
  const words = useWords();
  if (!pages.more) return null;
  return (
    <div className="more">
      <Button onClick={pages.more} loading={pages.loadingMore} data-testid="more">
        {words('more')}
      </Button>
    </div>
  );
}

export type Tone = 'good' | 'bad' | 'warn' | 'calm';

/** A word with a colour and a shape. */
export function Pill({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`pill ${tone}`}>{children}</span>;
}

export function DecisionPill({ entry }: { readonly entry: Pick<Entry, 'decision' | 'reason'> }) {
  const words = useWords();
  const tone = entry.decision === 'grant' ? 'good' : softReasons.has(entry.reason) ? 'warn' : 'bad';
  return <Pill tone={tone}>{wordFor(words, 'access', entry.reason)}</Pill>;
}

/** Nobody did anything that was not allowed. */
const softReasons: ReadonlySet<Entry['reason']> = new Set(['unknown-person', 'unsure', 'clock-untrusted']);

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

export function Facts({
  facts,
  className = '',
}: {
  readonly facts: readonly Fact[];
  readonly className?: string;
}) {
  return (
    <dl className={`facts ${className}`}>
      {facts.map(({ label, value }) => (
        <div key={label} style={{ display: 'contents' }}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
