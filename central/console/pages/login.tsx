import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import type { LoginRequest, Session } from '../../../protocol/staff/index.js';
import type { Api } from '../api.js';
import { Brand } from '../parts/brand.js';
import { type Language, useWords } from '../words/index.js';

interface LoginProps {
  readonly api: Api;
  /** A session was there and ended: say so. */
  readonly ended: boolean;
  readonly onLogin: (session: Session) => void;
  readonly onLanguage: (language: Language) => void;
}

/** Shown in place of the page that was asked for: its address stays, and so does the way back. */
export function Login({ api, ended, onLogin, onLanguage }: LoginProps) {
  const words = useWords();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${words('login')} · Porter`;
  }, [words]);
  const submit = (values: LoginRequest) => {
    setBusy(true);
    setProblem(undefined);
    api
      .send<Session>('POST', '/session', values)
      .then(onLogin, (error: Error) => setProblem(error.message))
      .finally(() => setBusy(false));
  };
  const rules = [{ required: true, message: words('required') }];
  return (
    <main className="login">
      <div className="cover">
        <Brand />
        <div>
          <h1>{words('welcomeTitle')}</h1>
          <p>{words('welcomeText')}</p>
        </div>
      </div>
      <div className="form">
        <h2>{words('login')}</h2>
        {problem && (
          <Alert
            type="error"
            showIcon
            title={problem}
            style={{ marginBottom: 16 }}
            data-testid="login-problem"
          />
        )}
        {ended && !problem && (
          <Alert type="info" showIcon title={words('sessionEnded')} style={{ marginBottom: 16 }} />
        )}
        <Form layout="vertical" onFinish={submit} requiredMark={false}>
          <Form.Item name="username" label={words('username')} rules={rules}>
            <Input autoFocus autoComplete="username" size="large" data-testid="username" />
          </Form.Item>
          <Form.Item name="password" label={words('password')} rules={rules}>
            <Input.Password autoComplete="current-password" size="large" data-testid="password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block size="large" loading={busy} data-testid="login">
            {words('login')}
          </Button>
        </Form>
        <p className="note sub" style={{ marginTop: 20 }}>
          {words('demoHint')}
        </p>
        <div className="foot">
          <Button
            type="link"
            style={{ padding: 0 }}
            onClick={() => onLanguage(words.language === 'zh' ? 'en' : 'zh')}
            data-testid="language"
          >
            {words('language')}
          </Button>
          <a href="/api/docs">{words('apiDocs')}</a>
        </div>
      </div>
    </main>
  );
}
