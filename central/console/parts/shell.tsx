import { Button, Dropdown, Layout, Menu } from 'antd';
import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { may, useWork } from '../session.js';
import { type Language, useWords, wordFor } from '../words/index.js';

interface ShellProps {
  readonly children: ReactNode;
  readonly onLogOut: () => void;
  readonly onLanguage: (language: Language) => void;
}

/** Menu at the side, campus and user at the top. */
export function Shell({ children, onLogOut, onLanguage }: ShellProps) {
  const words = useWords();
  const { session } = useWork();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [collapsed, setCollapsed] = useState(false);
  const { role } = session.user;
  const items = [
    { key: '/', label: words('today') },
    ...(may(role, 'enrolment', 'supervisor', 'canteen', 'finance')
      ? [{ key: '/people', label: words('people') }]
      : []),
    ...(may(role, 'supervisor') ? [{ key: '/entries', label: words('entries') }] : []),
    ...(may(role, 'canteen', 'finance') ? [{ key: '/transactions', label: words('transactions') }] : []),
    { key: '/devices', label: words('devices') },
    ...(may(role, 'supervisor') ? [{ key: '/access', label: words('access') }] : []),
  ];
  const current = items
    .map(item => item.key)
    .filter(key => pathname === key || (key !== '/' && pathname.startsWith(key)));
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <Layout.Sider
        breakpoint="lg"
        collapsedWidth={0}
        collapsed={collapsed}
        onCollapse={setCollapsed}
        width={208}
      >
        <div className="brand">Porter</div>
        <Menu
          theme="dark"
          mode="inline"
          selectedKeys={current}
          items={items}
          onClick={({ key }) => navigate(key)}
          data-testid="menu"
        />
      </Layout.Sider>
      <Layout>
        <Layout.Header style={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center' }}>
          <strong style={{ paddingLeft: collapsed ? 40 : 0 }}>{session.campus}</strong>
          <span>
            <Button
              type="text"
              onClick={() => onLanguage(words.language === 'zh' ? 'en' : 'zh')}
              data-testid="language"
            >
              {words('language')}
            </Button>
            <Dropdown
              menu={{
                items: [
                  { key: 'role', label: wordFor(words, 'role', role), disabled: true },
                  { key: 'docs', label: <a href="/api/docs">{words('apiDocs')}</a> },
                  { key: 'logout', label: words('logout'), onClick: onLogOut },
                ],
              }}
            >
              <Button type="text" data-testid="user">
                {session.user.name}
              </Button>
            </Dropdown>
          </span>
        </Layout.Header>
        <Layout.Content>
          <div className="page">{children}</div>
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
