import {
  BankOutlined,
  CameraOutlined,
  DownOutlined,
  HomeOutlined,
  IdcardOutlined,
  LoginOutlined,
  MenuOutlined,
  SafetyOutlined,
  ShopOutlined,
  TeamOutlined,
  WalletOutlined,
} from '@ant-design/icons';
import { Button, Drawer, Dropdown, Grid, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import { NavLink } from 'react-router-dom';
import type { Role } from '../../../protocol/staff/index.js';
import { useConnected } from '../live.js';
import { type Deed, may, useWork } from '../session.js';
import { type Language, useWords, type WordKey, wordFor } from '../words/index.js';
import { Brand } from './brand.js';

interface Place {
  readonly path: string;
  readonly word: WordKey;
  readonly icon: ReactNode;
  readonly deed?: Deed;
}

const places: readonly Place[] = [
  { path: '/', word: 'today', icon: <HomeOutlined /> },
  { path: '/people', word: 'people', icon: <TeamOutlined /> },
  { path: '/entries', word: 'entries', icon: <LoginOutlined />, deed: 'seeEntries' },
  { path: '/transactions', word: 'transactions', icon: <WalletOutlined />, deed: 'seeMoney' },
  { path: '/finance', word: 'finance', icon: <BankOutlined />, deed: 'seeMoney' },
  { path: '/devices', word: 'devices', icon: <CameraOutlined />, deed: 'seeDevices' },
  { path: '/access', word: 'access', icon: <SafetyOutlined />, deed: 'seeRules' },
  { path: '/tills', word: 'tills', icon: <ShopOutlined />, deed: 'seeTills' },
  { path: '/staff', word: 'staff', icon: <IdcardOutlined />, deed: 'editStaff' },
];

export const placesOf = (role: Role): readonly Place[] =>
  places.filter(({ deed }) => deed === undefined || may(role, deed));

interface ShellProps {
  readonly children: ReactNode;
  readonly onLogOut: () => void;
  readonly onLanguage: (language: Language) => void;
}

/** Menu at the side (in a drawer on small screens), campus and user at the top. */
export function Shell({ children, onLogOut, onLanguage }: ShellProps) {
  const words = useWords();
  const { session } = useWork();
  const { lg = true } = Grid.useBreakpoint();
  const [open, setOpen] = useState(false);
  const { role, name } = session.user;
  const account = {
    items: [
      { key: 'role', label: `${name} · ${wordFor(words, 'role', role)}`, disabled: true },
      {
        key: 'docs',
        label: (
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {words('apiDocs')}
          </a>
        ),
      },
      { key: 'logout', label: <span data-testid="logout">{words('logout')}</span>, onClick: onLogOut },
    ],
  };
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {words('skipToContent')}
      </a>
      {lg && (
        <aside className="side">
          <Brand />
          <Navigation role={role} />
        </aside>
      )}
      {!lg && (
        <Drawer
          placement="left"
          size={256}
          open={open}
          onClose={() => setOpen(false)}
          closable={false}
          styles={{ body: { background: '#0f221c', padding: '0 12px' } }}
        >
          <Brand />
          <Navigation role={role} onGo={() => setOpen(false)} />
        </Drawer>
      )}
      <div>
        <header className="top">
          {!lg && (
            <Button
              type="text"
              icon={<MenuOutlined />}
              aria-label={words('menu')}
              onClick={() => setOpen(true)}
              data-testid="menu-open"
            />
          )}
          <span className="campus">{session.campus}</span>
          {session.demo && <Tag style={{ margin: 0 }}>{words('demoMark')}</Tag>}
          <span className="space" />
          {lg && <LiveMark />}
          <Button
            type="text"
            onClick={() => onLanguage(words.language === 'zh' ? 'en' : 'zh')}
            data-testid="language"
          >
            {words('language')}
          </Button>
          <Dropdown menu={account} trigger={['click']}>
            <Button type="text" icon={<DownOutlined />} iconPlacement="end" data-testid="user">
              {lg ? name : name.slice(0, 1)}
            </Button>
          </Dropdown>
        </header>
        <main className="page" id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}

function Navigation({ role, onGo }: { readonly role: Role; readonly onGo?: () => void }) {
  const words = useWords();
  return (
    <nav aria-label={words('menu')}>
      <ul className="nav" data-testid="menu">
        {placesOf(role).map(({ path, word, icon }) => (
          <li key={path}>
            <NavLink to={path} end={path === '/'} {...(onGo ? { onClick: onGo } : {})}>
              {icon}
              {words(word)}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function LiveMark() {
  const words = useWords();
  const connected = useConnected();
  return (
    <span className={connected ? 'live' : 'live lost'} role="status" data-testid="live">
      {connected ? words('liveOn') : words('liveLost')}
    </span>
  );
}
