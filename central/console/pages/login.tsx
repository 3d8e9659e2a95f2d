import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { LoginRequest, Session } from '../../../protocol/staff/index.js';
import type { Api } from '../api.js';
import { type Language, useWords } from '../words/index.js';

interface LoginProps {
  readonly api: Api;
  readonly onLogin: (session: Session) => void;
  readonly onLanguage: (language: Language) => void;
}

export function Login({ api, onLogin, onLanguage }: LoginProps) {
  const words = useWords();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = (values: LoginRequest) => {
    setBusy(true);
    api
      .send<Session>('POST', '/session', values)
      .then(onLogin, (error: Error) => setProblem(error.message))
      .finally(() => setBusy(false));
  };
  return (
    <div className="login">
      <div className="cover">
        <h1>{words('welcomeTitle')}</h1>
        <p>{words('welcomeText')}</p>
      </div>
      <div className="form">
        <h2>Porter</h2>
        {problem && (
          <Alert type="error" title={problem} style={{ marginBottom: 16 }} data-testid="login-problem" />
        )}
        <Form layout="vertical" onFinish={submit} requiredMark={false}>
          <Form.Item name="username" label={words('username')} rules={[{ required: true }]}>
            <Input autoFocus autoComplete="username" size="large" data-testid="username" />
          </Form.Item>
          <Form.Item name="password" label={words('password')} rules={[{ required: true }]}>
            <Input.Password autoComplete="current-password" size="large" data-testid="password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block size="large" loading={busy} data-testid="login">
            {words('login')}
          </Button>
        </Form>
        <Button
          type="link"
          onClick={() => onLanguage(words.language === 'zh' ? 'en' : 'zh')}
          style={{ marginTop: 16 }}
        >
          {words('language')}
        </Button>
      </div>
    </div>
  );
}
