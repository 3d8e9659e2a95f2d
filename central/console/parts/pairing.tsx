import { Alert, Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import type { Device, PairingCode } from '../../../protocol/staff/index.js';
import { countdown } from '../format.js';
import { useWords } from '../words/index.js';
import { CopyButton } from './copy-button.js';

/** The command that pairs a device, as it is typed on it. */
export function pairingCommand(origin: string, code: string): string {
  return `npm run porter -- edge --central ${origin} --pair ${code}`;
}

/** The code in large letters, how long it is good for, and the command; says so when the device has used it. */
export function PairingModal(props: {
  readonly pairing: PairingCode | undefined;
  readonly paired: boolean;
  readonly onNewCode: (device: Device) => void;
  readonly onClose: () => void;
}) {
  const { pairing, paired, onNewCode, onClose } = props;
  const words = useWords();
  return (
    <Modal
      title={words('pairingCode')}
      open={pairing !== undefined}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{words('close')}</Button>}
    >
      {pairing && paired && (
        <Alert
          type="success"
          showIcon
          title={words('pairingDone', { name: pairing.device.name })}
          data-testid="paired"
        />
      )}
      {pairing && !paired && <Code pairing={pairing} onNewCode={onNewCode} />}
    </Modal>
  );
}

function Code(props: { readonly pairing: PairingCode; readonly onNewCode: (device: Device) => void }) {
  const { pairing, onNewCode } = props;
  const words = useWords();
  const left_ms = useTimeLeft(pairing.expiresAt);
  const isGone = left_ms <= 0;
  const command = pairingCommand(location.origin, pairing.code);
  return (
    <>
      <p className={isGone ? 'code gone' : 'code'} data-testid="pairing-code">
        {pairing.code}
      </p>
      <p className="note num" style={{ textAlign: 'center' }} data-testid="pairing-left">
        {isGone ? words('pairingExpired') : words('pairingLeft', { time: countdown(left_ms) })}
      </p>
      {isGone ? (
        <p style={{ textAlign: 'center' }}>
          <Button type="primary" onClick={() => onNewCode(pairing.device)}>
            {words('newCode')}
          </Button>
        </p>
      ) : (
        <>
          <p style={{ margin: '20px 0 0' }}>{words('pairingHint')}</p>
          <div className="command">
            <code data-testid="pairing-command">{command}</code>
            <CopyButton text={command} />
          </div>
        </>
      )}
    </>
  );
}

function useTimeLeft(until: string): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return Date.parse(until) - now;
}
