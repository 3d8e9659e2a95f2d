import { App as AntApp, ConfigProvider, Spin } from 'antd';
import enUS from 'antd/es/locale/en_US.js';
import zhCN from 'antd/es/locale/zh_CN.js';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router-dom';
import type { Session } from '../../protocol/staff/index.js';
import { createApi } from './api.js';
import { Login } from './pages/login.js';
import { Shell } from './parts/shell.js';
import { WorkContext } from './session.js';
import { theme } from './theme.js';
import { createWords, firstLanguage, type Language, WordsContext } from './words/index.js';

const Today = lazy(() => import('./pages/today.js'));
const People = lazy(() => import('./pages/people.js'));
const PersonPage = lazy(() => import('./pages/person.js'));
const Entries = lazy(() => import('./pages/entries.js'));
const Transactions = lazy(() => import('./pages/transactions.js'));
const Devices = lazy(() => import('./pages/devices.js'));
const Access = lazy(() => import('./pages/access.js'));

const languageKey = 'porter.language';
/** Set while somebody is logged in here, so that a first visit need not ask central. The session itself is a cookie. */
const loggedInKey = 'porter.logged-in';
type SessionState = Session | 'unknown' | 'none';

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
        onLoggedOut: () => setSession('none'),
        unreachable: () => words('unreachable'),
      }),
    [language, words],
  );
  useEffect(() => {
    localStorage.setItem(languageKey, language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  // Asked once: a change of language makes another api, not another session.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (session === 'unknown') api.get<Session>('/session').then(setSession, () => setSession('none'));
  }, []);
  useEffect(() => {
    if (session === 'none') localStorage.removeItem(loggedInKey);
    else if (session !== 'unknown') localStorage.setItem(loggedInKey, '1');
  }, [session]);
  const logOut = useCallback(() => {
    void api.send('DELETE', '/session').finally(() => setSession('none'));
  }, [api]);
  const work = useMemo(() => (typeof session === 'object' ? { api, session } : undefined), [api, session]);

  return (
    <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enUS}>
      <WordsContext.Provider value={words}>
        <AntApp>
          {session === 'unknown' && <Spin fullscreen />}
          {session === 'none' && <Login api={api} onLogin={setSession} onLanguage={setLanguage} />}
          {work && (
            <WorkContext.Provider value={work}>
              <BrowserRouter>
                <Shell onLogOut={logOut} onLanguage={setLanguage}>
                  <Suspense fallback={<Spin style={{ display: 'block', margin: 80 }} />}>
                    <Routes>
                      <Route path="/" element={<Today />} />
                      <Route path="/people" element={<People />} />
                      <Route path="/people/:id" element={<PersonPage />} />
                      <Route path="/entries" element={<Entries />} />
                      <Route path="/transactions" element={<Transactions />} />
                      <Route path="/devices" element={<Devices />} />
                      <Route path="/access" element={<Access />} />
                      <Route path="*" element={<Navigate to="/" replace />} />
                    </Routes>
                  </Suspense>
                </Shell>
              </BrowserRouter>
            </WorkContext.Provider>
          )}
        </AntApp>
      </WordsContext.Provider>
    </ConfigProvider>
  );
}
