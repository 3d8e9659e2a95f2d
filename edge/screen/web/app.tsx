import { useEffect, useState } from 'react';
import type { ScreenState } from '../../../protocol/screen.js';
import { Customer } from './customer.js';
import { ask, useDevice } from './device.js';
import { Gate } from './gate.js';
import { Till } from './till.js';
import { firstLanguage, type Language, words } from './words.js';

/** The same page twice: for the cashier, and at `/customer` for a screen that faces the diner. */
const facesCustomer = location.pathname.endsWith('/customer');
const TillView = facesCustomer ? Customer : Till;
const storageKey = 'porter.language';

export function App() {
  const [language, setLanguage] = useState<Language>(() =>
    firstLanguage(location.search, localStorage.getItem(storageKey), navigator.language),
  );
  const { state, connected } = useDevice();
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    localStorage.setItem(storageKey, language);
  }, [language]);
  const text = words[language];
  return (
    <div
      className={`screen ${state?.kind ?? 'none'}`}
      data-testid="screen"
      data-phase={state?.phase.name ?? 'none'}
    >
      <TopBar state={state} language={language} onLanguage={setLanguage} />
      {!connected && (
        <div className="banner bad" role="alert" data-testid="device-lost">
          {text.deviceLost}
        </div>
      )}
      {state?.disk === 'full' && <div className="banner bad">{text.diskFull}</div>}
      {state?.kind === 'gate' && <Gate state={state} text={text} />}
      {state?.kind === 'till' && <TillView state={state} text={text} language={language} />}
      {state?.demo && !facesCustomer && <DemoStrip demo={state.demo} language={language} />}
    </div>
  );
}

function TopBar(props: {
  readonly state: ScreenState | undefined;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}) {
  const { state, language, onLanguage } = props;
  const text = words[language];
  const now = useNow(state?.now);
  return (
    <header className="top">
      <div className="place">
        <strong data-testid="place">{state?.place}</strong>
        <span>{state?.campus}</span>
      </div>
      <div className="badges">
        {state && state.network !== 'online' && (
          <span className="badge" data-testid="network">
            {state.network === 'unpaired' ? text.unpaired : text.offline}
            {state.outboxDepth > 0 && ` · ${text.waitingEvents(state.outboxDepth)}`}
          </span>
        )}
        <button
          type="button"
          className="quiet"
          onClick={() => onLanguage(language === 'zh' ? 'en' : 'zh')}
          data-testid="language"
        >
          {text.language}
        </button>
        <time>
          {now.toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', {
            hour: '2-digit',
            minute: '2-digit',
          })}
        </time>
      </div>
    </header>
  );
}

/** The device's own time, which the page carries on between two states. */
function useNow(deviceNow: string | undefined): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    setNow(deviceNow ? new Date(deviceNow) : new Date());
  }, [deviceNow]);
  return now;
}

function DemoStrip({
  demo,
  language,
}: {
  readonly demo: NonNullable<ScreenState['demo']>;
  readonly language: Language;
}) {
  const [open, setOpen] = useState(true);
  const text = words[language];
  const choices = [
    { id: 'auto', en: text.demoAuto, zh: text.demoAuto },
    ...demo.actors,
    { id: 'nobody', en: text.demoNobody, zh: text.demoNobody },
  ];
  return (
    <footer className={`demo ${open ? 'open' : ''}`} data-testid="demo">
      <button type="button" className="quiet tag" onClick={() => setOpen(!open)} aria-expanded={open}>
        {text.demo}
      </button>
      {open &&
        choices.map(choice => (
          <button
            key={choice.id}
            type="button"
            className="quiet"
            aria-pressed={demo.current === choice.id}
            onClick={() => void ask('api/demo', { actor: choice.id }, language)}
            data-testid={`demo-${choice.id}`}
          >
            {choice[language]}
          </button>
        ))}
    </footer>
  );
}
