import { App as AntApp, ConfigProvider, Spin } from 'antd';
import enUS from 'antd/es/locale/en_US.js';
import zhCN from 'antd/es/locale/zh_CN.js';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn.js';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import type { Session } from '../../protocol/staff/index.js';
import { createApi } from './api.js';
import { useLiveSource } from './live.js';
import { Login } from './pages/login.js';
import { WorkContext } from './session.js';
import { theme } from './theme.js';
import { createWords, firstLanguage, type Language, WordsContext } from './words/index.js';

/** All that only those see who are logged in. */
const Frame = lazy(() => import('./frame.js'));

const languageKey = 'porter.language';
/** Set while somebody is logged in here, so that a first visit need not ask central. The session itself is a cookie. */
const loggedInKey = 'porter.logged-in';
/** `ended`: it was there and is no longer. */
type SessionState = Session | 'unknown' | 'none' | 'ended';

export function App() {
  const [language, setLanguage] = useState<Language>(() =>
    firstLanguage(localStorage.getItem(languageKey), navigator.language),
  );
  const [session, setSession] = useState<SessionState>(
    localStorage.getItem(loggedInKey) ? 'unknown' : 'none',
  );
  const words = useMemo(() => createWords(language), [language]);
  const api = useMemo(
    () =>
      createApi({
        fetch: (...request) => fetch(...request),
        language: () => language,
        onLoggedOut: () => setSession(before => (before === 'none' ? 'none' : 'ended')),
        unreachable: () => words('unreachable'),
      }),
    [language, words],
  );
  const live = useLiveSource(api, typeof session === 'object');
  useEffect(() => {
    localStorage.setItem(languageKey, language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  }, [language]);
  // Asked once: a change of language makes another api, not another session.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (session === 'unknown') api.get<Session>('/session').then(setSession, () => setSession('ended'));
  }, []);
  useEffect(() => {
    if (session === 'none' || session === 'ended') localStorage.removeItem(loggedInKey);
    else if (session !== 'unknown') localStorage.setItem(loggedInKey, '1');
  }, [session]);
  const logOut = useCallback(() => {
    void api
      .send('DELETE', '/session')
      .catch(() => undefined)
      .finally(() => setSession('none'));
  }, [api]);
  const work = useMemo(
    () => (typeof session === 'object' ? { api, session, live } : undefined),
    [api, session, live],
  );

  return (
    <ConfigProvider
      theme={theme}
      locale={language === 'zh' ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <WordsContext.Provider value={words}>
        <AntApp>
          {session === 'unknown' && <Spin fullscreen />}
          {(session === 'none' || session === 'ended') && (
            <Login api={api} ended={session === 'ended'} onLogin={setSession} onLanguage={setLanguage} />
          )}
          {work && (
            <WorkContext.Provider value={work}>
              <Suspense fallback={<Spin fullscreen />}>
                <Frame onLogOut={logOut} onLanguage={setLanguage} />
              </Suspense>
            </WorkContext.Provider>
          )}
        </AntApp>
      </WordsContext.Provider>
    </ConfigProvider>
  );
}
