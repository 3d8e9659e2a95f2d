import { Tabs } from 'antd';
import type { ReactNode } from 'react';
import { Navigate, useNavigate, useParams } from 'react-router-dom';
import { PageHead } from '../parts/common.js';
import { useWords, wordFor } from '../words/index.js';
import { Counter } from './finance/counter.js';
import { Days } from './finance/days.js';
import { Holds } from './finance/holds.js';
import { Refunds } from './finance/refunds.js';
import { Shifts } from './finance/shifts.js';
import { Subsidies } from './finance/subsidies.js';

const tabs: Readonly<Record<string, () => ReactNode>> = {
  days: () => <Days />,
  refunds: () => <Refunds />,
  subsidies: () => <Subsidies />,
  counter: () => <Counter />,
  shifts: () => <Shifts />,
  holds: () => <Holds />,
};

/** All about money that is not a single transaction. Each tab has an address of its own. */
export default function Finance() {
  const { tab = 'days' } = useParams();
  const words = useWords();
  const navigate = useNavigate();
  const show = tabs[tab];
  if (!show) return <Navigate to="/finance/days" replace />;
  return (
    <>
      <PageHead title={words('finance')} />
      <Tabs
        activeKey={tab}
        onChange={key => navigate(`/finance/${key}`)}
        items={Object.keys(tabs).map(key => ({
          key,
          label: <span data-testid={`tab-${key}`}>{wordFor(words, 'tab', key)}</span>,
        }))}
      />
      {show()}
    </>
  );
}
