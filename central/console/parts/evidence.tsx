import type { Entry } from '../../../protocol/staff/index.js';
import { count, dateTime, percent } from '../format.js';
import { useWords, type Words, wordFor } from '../words/index.js';
import { DecisionPill, type Fact, Facts } from './common.js';
import { PersonName } from './feed.js';

/** The margin that a device reports when there is no second person. */
const noSecond = 2;

/** The numbers behind a decision, in words. */
export function EvidenceOf({ entry }: { readonly entry: Entry }) {
  const words = useWords();
  return (
    <div className="stack" data-testid="evidence">
      <div>
        <DecisionPill entry={entry} />
        <p style={{ fontSize: 16, margin: '12px 0 4px' }}>
          <PersonName of={entry} />{' '}
          {entry.studentNumber && <span className="sub">{entry.studentNumber}</span>}
        </p>
        <p className="note">{wordFor(words, 'explain', entry.reason)}</p>
      </div>
      <Facts facts={placeFacts(entry, words)} />
      <Facts className="evidence" facts={evidenceFacts(entry, words)} />
    </div>
  );
}

function placeFacts(entry: Entry, words: Words): readonly Fact[] {
  const direction = words(entry.direction === 'in' ? 'direction_in' : 'direction_out');
  return [
    { label: words('door'), value: `${entry.accessPointName} · ${direction}` },
    { label: words('time'), value: dateTime(entry.at, words.language) },
    { label: words('receivedAt'), value: dateTime(entry.receivedAt, words.language) },
  ];
}

export function evidenceFacts({ evidence }: Pick<Entry, 'evidence'>, words: Words): readonly Fact[] {
  const { score, threshold, margin, quality, liveness, frames } = evidence;
  const { galleryRevision, galleryPersons, packId } = evidence;
  const side = words(score >= threshold ? 'aboveThreshold' : 'belowThreshold');
  return [
    { label: words('score'), value: `${side} · ${score.toFixed(3)}` },
    { label: words('threshold'), value: threshold.toFixed(3) },
    { label: words('margin'), value: margin >= noSecond ? words('noSecond') : margin.toFixed(3) },
    { label: words('quality_picture'), value: percent(quality, words.language) },
    {
      label: words('liveness'),
      value: liveness === undefined ? words('notMeasured') : percent(liveness, words.language),
    },
    { label: words('frames'), value: String(frames) },
    {
      label: words('gallery'),
      value: words('galleryOf', {
        persons: count(galleryPersons, words.language),
        revision: galleryRevision,
      }),
    },
    { label: words('pack'), value: packId },
  ];
}
