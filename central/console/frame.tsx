import { Button, Result, Spin } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { BrowserRouter, Link, Route, Routes, useLocation } from 'react-router-dom';
import { Boundary } from './parts/boundary.js';
import { Shell } from './parts/shell.js';
import { type Deed, may, useWork } from './session.js';
import { type Language, useWords } from './words/index.js';

const Today = lazy(() => import('./pages/today.js'));
const People = lazy(() => import('./pages/people.js'));
const PersonPage = lazy(() => import('./pages/person.js'));
const Entries = lazy(() => import('./pages/entries.js'));
const Transactions = lazy(() => import('./pages/transactions.js'));
const Devices = lazy(() => import('./pages/devices.js'));
const Access = lazy(() => import('./pages/access.js'));
const Tills = lazy(() => import('./pages/tills.js'));
const Staff = lazy(() => import('./pages/staff.js'));

/** The frame and the pages, each fetched when it is first opened. */
export default function Frame(props: {
  readonly onLogOut: () => void;
  readonly onLanguage: (language: Language) => void;
}) {
  return (
    <BrowserRouter>
      <Shell {...props}>
        <Pages />
      </Shell>
    </BrowserRouter>
  );
}

function Pages() {
  const words = useWords();
  const { pathname } = useLocation();
  const { role } = useWork().session.user;
  const when = (deed: Deed, page: ReactNode) => (may(role, deed) ? page : <Missing />);
  const broken = (
    <Result
      status="warning"
      title={words('pageBroke')}
      extra={<Button onClick={() => location.reload()}>{words('retry')}</Button>}
    />
  );
  return (
    <Boundary key={pathname} fallback={broken}>
      <Suspense fallback={<Spin style={{ display: 'block', margin: 80 }} />}>
        <Routes>
          <Route path="/" element={<Today />} />
          <Route path="/people" element={<People />} />
          <Route path="/people/:id" element={<PersonPage key={pathname} />} />
          <Route path="/entries" element={when('seeEntries', <Entries />)} />
          <Route path="/transactions" element={when('seeMoney', <Transactions />)} />
          <Route path="/devices" element={when('seeDevices', <Devices />)} />
          <Route path="/access" element={when('seeRules', <Access />)} />
          <Route path="/tills" element={when('seeTills', <Tills />)} />
          <Route path="/staff" element={when('editStaff', <Staff />)} />
          <Route path="*" element={<Missing />} />
        </Routes>
      </Suspense>
    </Boundary>
  );
}

function Missing() {
  const words = useWords();
  return (
    <Result status="info" title={words('noSuchPage')} extra={<Link to="/">{words('backToToday')}</Link>} />
  );
}
