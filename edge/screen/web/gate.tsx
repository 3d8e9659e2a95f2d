import type { GateScreen } from '../../../protocol/screen.js';
import { Preview } from './preview.js';
import type { Words } from './words.js';

/** What a phase looks like: its colour, its sign, its words. Pure, for tests. */
export interface GateLook {
  readonly tone: 'calm' | 'good' | 'bad' | 'ask';
  readonly sign: 'face' | 'check' | 'cross' | 'question';
  readonly title: string;
  readonly detail: string;
}

export function gateLook({ phase, hint }: Pick<GateScreen, 'phase' | 'hint'>, text: Words): GateLook {
  switch (phase.name) {
    case 'idle':
      return { tone: 'calm', sign: 'face', title: text.idle, detail: '' };
    case 'looking':
      return { tone: 'calm', sign: 'face', title: hint ? text.hints[hint] : text.looking, detail: '' };
    case 'granted':
      return { tone: 'good', sign: 'check', title: text.welcome, detail: phase.displayName };
    case 'drill':
      return {
        ...drillLooks[drillVerdict(phase)],
        title: text.drill[phase.presented],
        detail: phase.last ? `${phase.count} · ${text.drillOutcomes[phase.last]}` : text.drillHint,
      };
    case 'denied': {
      const unsure = phase.reason === 'unsure' || phase.reason === 'unknown-person';
      return {
        tone: unsure ? 'ask' : 'bad',
        sign: unsure ? 'question' : 'cross',
        title: phase.displayName ?? text.refused,
        detail: text.reasons[phase.reason],
      };
    }
  }
}

type DrillPhase = Extract<GateScreen['phase'], { name: 'drill' }>;

const drillLooks = {
  none: { tone: 'calm', sign: 'face' },
  right: { tone: 'good', sign: 'check' },
  wrong: { tone: 'bad', sign: 'cross' },
  unanswered: { tone: 'ask', sign: 'question' },
} as const;

/** Whether the gate told people from attacks the last time. */
function drillVerdict({ presented, last }: DrillPhase): keyof typeof drillLooks {
  if (last === undefined) return 'none';
  if (last === 'no-response') return 'unanswered';
  return (last === 'passed') === (presented === 'live') ? 'right' : 'wrong';
}

export function Gate({ state, text }: { readonly state: GateScreen; readonly text: Words }) {
  const { tone, sign, title, detail } = gateLook(state, text);
  return (
    <main className={`gate-main ${tone}`}>
      <Preview state={state} text={text} />
      <section className="verdict" aria-live="assertive" data-testid="verdict" data-tone={tone}>
        <Sign sign={sign} />
        <h1>{title}</h1>
        {detail && <p>{detail}</p>}
      </section>
    </main>
  );
}

const paths = {
  face: 'M10 17v-7h7M31 10h7v7M38 31v7h-7M17 38h-7v-7M18 20v3M30 20v3M18 30c3 3 9 3 12 0',
  check: 'M9 25l10 10 20-22',
  cross: 'M12 12l24 24M36 12L12 36',
  question: 'M16 17c0-10 16-10 16 0 0 6-8 6-8 13M24 37v1',
} as const;

function Sign({ sign }: { readonly sign: keyof typeof paths }) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className="sign" key={sign}>
      <path
        d={paths[sign]}
        fill="none"
        stroke="currentColor"
        strokeWidth="4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
