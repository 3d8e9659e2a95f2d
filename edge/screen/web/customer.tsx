import { Preview } from './preview.js';
import { useOutcomeSound } from './sound.js';
import { Panel, Status, type TillProps } from './till.js';

/** The second screen of a till, which faces the diner: only what concerns them, and nothing to press. */
export function Customer(props: TillProps) {
  const { state, text } = props;
  useOutcomeSound(state.phase.name);
  return (
    <main className="customer-main" data-testid="customer">
      <Preview state={state} text={text} />
      {state.phase.name === 'idle' ? <Panel tone="calm" title={text.welcome} /> : <Status {...props} />}
      {state.phase.name === 'confirm' && <p className="customer-ask">{text.confirmWithCashier}</p>}
    </main>
  );
}
