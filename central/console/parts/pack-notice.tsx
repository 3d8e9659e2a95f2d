import { Alert, Button, Popconfirm } from 'antd';
import { useCallback, useState } from 'react';
import type { PackErased, PackPlan } from '../../../protocol/staff/index.js';
import { count } from '../format.js';
import { asError, useLoaded } from '../loading.js';
import { useMay, useWork } from '../session.js';
import { useWords } from '../words/index.js';

/** What a change of model pack still asks for: who must be enrolled again, and which old templates nobody uses any more. */
export function PackNotice({ onShow }: { readonly onShow: () => void }) {
  const words = useWords();
  const { api } = useWork();
  const mayErase = useMay('erasePacks');
  const [problem, setProblem] = useState<Error>();
  const load = useCallback(() => api.get<PackPlan>('/packs'), [api]);
  const loaded = useLoaded(load);
  const number = (value: number) => count(value, words.language);
  if (!loaded.value) return null;
  const { current, packs, toEnrolAgain } = loaded.value;
  const old = packs.filter(pack => pack.packId !== current);
  if (old.length === 0) return null;
  const erase = async (packId: string) => {
    try {
      await api.send<PackErased>('DELETE', `/packs/${encodeURIComponent(packId)}`);
      setProblem(undefined);
      loaded.reload();
    } catch (failure) {
      setProblem(asError(failure));
    }
  };
  return (
    <Alert
      type={toEnrolAgain > 0 ? 'warning' : 'info'}
      showIcon
      style={{ marginBottom: 16 }}
      data-testid="pack-notice"
      title={
        toEnrolAgain > 0
          ? words('enrolAgain', { count: number(toEnrolAgain), pack: current })
          : words('enrolAgainDone', { pack: current })
      }
      description={
        <div className="stack" style={{ gap: 4 }}>
          {old.map(({ packId, templates, devices }) => (
            <div key={packId}>
              {words('packUse', { pack: packId, templates: number(templates), devices: number(devices) })}{' '}
              {mayErase && devices === 0 && templates > 0 && (
                <Popconfirm
                  title={words('erasePackSure', { count: number(templates), pack: packId })}
                  okText={words('erasePack')}
                  cancelText={words('cancel')}
                  onConfirm={() => erase(packId)}
                >
                  <Button type="link" danger size="small">
                    {words('erasePack')}
                  </Button>
                </Popconfirm>
              )}
            </div>
          ))}
          {problem && <div role="alert">{problem.message}</div>}
        </div>
      }
      {...(toEnrolAgain > 0
        ? {
            action: (
              <Button size="small" onClick={onShow} data-testid="show-outdated">
                {words('showThem')}
              </Button>
            ),
          }
        : {})}
    />
  );
}
