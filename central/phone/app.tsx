import { useCallback, useEffect, useState } from 'react';
import { renderSVG } from 'uqr';
import { ageOf } from './phone-clock.js';
import { canKeepKeys, forgetWallet, makeCode, type PhoneWallet, readWallet, setUp } from './wallet.js';
import { type Language, words } from './words.js';

type Text = (typeof words)['en'];

const invitationIn = (hash: string): string | undefined =>
  new URLSearchParams(hash.slice(1)).get('code') ?? undefined;

export function App() {
  const [language, setLanguage] = useState<Language>(() =>
    navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
  );
  const [wallet, setWallet] = useState<PhoneWallet | 'none' | undefined>();
  const [invitation, setInvitation] = useState(() => invitationIn(location.hash));
  const text = words[language];
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    if (!canKeepKeys()) return;
    readWallet().then(
      found => setWallet(found ?? 'none'),
      () => setWallet('none'),
    );
    const listen = () => setInvitation(invitationIn(location.hash));
    window.addEventListener('hashchange', listen);
    return () => window.removeEventListener('hashchange', listen);
  }, []);
  const take = (taken: PhoneWallet) => {
    // The invitation is used up; it shall not stay in the history.
    history.replaceState(null, '', location.pathname);
    setInvitation(undefined);
    setWallet(taken);
  };
  return (
    <main>
      <header>
        <h1>{text.title}</h1>
        <button type="button" className="quiet" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {text.language}
        </button>
      </header>
      {!canKeepKeys() && <p role="alert">{text.noKeys}</p>}
      {wallet !== undefined && invitation !== undefined && (
        <Invited text={text} language={language} code={invitation} onDone={take} />
      )}
      {invitation === undefined && wallet === 'none' && <p data-testid="not-set-up">{text.notInvited}</p>}
      {invitation === undefined && typeof wallet === 'object' && (
        <Code
          text={text}
          wallet={wallet}
          onRemove={() => void forgetWallet().then(() => setWallet('none'))}
        />
      )}
    </main>
  );
}

function Invited(props: {
  readonly text: Text;
  readonly language: Language;
  readonly code: string;
  readonly onDone: (wallet: PhoneWallet) => void;
}) {
  const { text, language, code, onDone } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const start = async () => {
    setBusy(true);
    setProblem('');
    try {
      onDone(await setUp(code, language));
    } catch (error) {
      // A TypeError is fetch's: no answer came.
      setProblem(error instanceof TypeError || !(error instanceof Error) ? text.failed : error.message);
      setBusy(false);
    }
  };
  return (
    <section>
      <p>{text.invited}</p>
      <button
        type="button"
        className="primary"
        onClick={() => void start()}
        disabled={busy}
        data-testid="set-up"
      >
        {busy ? text.settingUp : text.setUp}
      </button>
      <p role="alert" data-testid="problem">
        {problem}
      </p>
    </section>
  );
}

/** The code of now, and a new one whenever it has stood long enough or the page comes back into view. */
function Code(props: { readonly text: Text; readonly wallet: PhoneWallet; readonly onRemove: () => void }) {
  const { text, wallet, onRemove } = props;
  const [shown, setShown] = useState<{ readonly code: string; readonly made_ms: number }>();
  const [now_ms, setNow] = useState(() => Date.now());
  const [sure, setSure] = useState(false);
  const renew = useCallback(() => {
    const made_ms = Date.now();
    void makeCode(wallet, made_ms).then(code => setShown({ code, made_ms }));
  }, [wallet]);
  useEffect(() => {
    renew();
    const timer = setInterval(() => setNow(Date.now()), 500);
    const listen = () => {
      if (!document.hidden) renew();
    };
    document.addEventListener('visibilitychange', listen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', listen);
    };
  }, [renew]);
  const age = shown && ageOf(shown.made_ms, Math.max(now_ms, shown.made_ms));
  useEffect(() => {
    if (age?.isOld) renew();
  }, [age?.isOld, renew]);
  return (
    <section>
      <p className="name">{wallet.displayName}</p>
      {shown && (
        <div
          className="code"
          data-testid="code"
          data-code={shown.code}
          // The picture is drawn here, of letters and digits alone.
          // biome-ignore lint/security/noDangerouslySetInnerHtml: nobody else's text is in it
          dangerouslySetInnerHTML={{ __html: renderSVG(shown.code, { ecc: 'L', border: 4 }) }}
        />
      )}
      <div className="bar" aria-hidden="true">
        <div style={{ width: `${(age?.left ?? 1) * 100}%` }} />
      </div>
      <p>{text.hold}</p>
      <p className="small">{text.once}</p>
      <button type="button" className="quiet" onClick={renew} data-testid="renew">
        {text.renew}
      </button>
      <button
        type="button"
        className="quiet"
        onClick={() => (sure ? onRemove() : setSure(true))}
        onBlur={() => setSure(false)}
        data-testid="remove"
      >
        {sure ? text.removeSure : text.remove}
      </button>
    </section>
  );
}
