import { Button, Result, Spin } from 'antd';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { BrowserRouter, Link, Navigate, Route, Routes, useLocation } from 'react-router-dom';
import { Boundary } from './parts/boundary.js';
import { Shell } from './parts/shell.js';
import { type Deed, may, useWork } from './session.js';
import { type Language, useWords } from './words/index.js';

const load = {
  today: () => import('./pages/today.js'),
  people: () => import('./pages/people.js'),
  person: () => import('./pages/person.js'),
  entries: () => import('./pages/entries.js'),
  transactions: () => import('./pages/transactions.js'),
  devices: () => import('./pages/devices.js'),
  access: () => import('./pages/access.js'),
  tills: () => import('./pages/tills.js'),
  staff: () => import('./pages/staff.js'),
  finance: () => import('./pages/finance.js'),
};
const Today = lazy(load.today);
const People = lazy(load.people);
const PersonPage = lazy(load.person);
const Entries = lazy(load.entries);
const Transactions = lazy(load.transactions);
const Devices = lazy(load.devices);
const Access = lazy(load.access);
const Tills = lazy(load.tills);
const Staff = lazy(load.staff);
const Finance = lazy(load.finance);

/** The first page is not held up by the others, which are fetched after it: a page then opens at once, and while central is away. */
const spare_ms = 2_000;

/** The frame and the pages, each fetched when it is first opened. */
export default function Frame(props: {
  readonly onLogOut: () => void;
  readonly onLanguage: (language: Language) => void;
}) {
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const fetchPage of Object.values(load)) void fetchPage().catch(() => undefined);
    }, spare_ms);
    return () => clearTimeout(timer);
  }, []);
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
          <Route path="/finance" element={<Navigate to="/finance/days" replace />} />
          <Route path="/finance/:tab" element={when('seeMoney', <Finance />)} />
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
