import { useState } from 'react';
import { PinInput } from './pin-input.js';
import type { Words } from './words.js';

/** The other ways to pay, while an order waits for its diner. */
export function Ways({
  text,
  onNumber,
}: {
  readonly text: Words;
  readonly onNumber: (studentNumber: string, pin: string) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div className="ways">
      <p>{text.ways}</p>
      {open ? (
        <NumberForm text={text} onNumber={onNumber} />
      ) : (
        <button type="button" className="quiet" onClick={() => setOpen(true)} data-testid="pay-by-number">
          {text.payByNumber}
        </button>
      )}
    </div>
  );
}

/** Typed by the diner; the PIN is forgotten here once it was sent. */
function NumberForm({
  text,
  onNumber,
}: {
  readonly text: Words;
  readonly onNumber: (studentNumber: string, pin: string) => void;
}) {
  const [studentNumber, setStudentNumber] = useState('');
  const [pin, setPin] = useState('');
  const isComplete = studentNumber.trim() !== '' && pin.length === 6;
  return (
    <form
      className="number-form"
      onSubmit={event => {
        event.preventDefault();
        if (!isComplete) return;
        onNumber(studentNumber, pin);
        setPin('');
      }}
    >
      <label>
        {text.studentNumber}
        <input
          ref={input => {
            if (input && studentNumber === '' && document.activeElement === document.body) input.focus();
          }}
          value={studentNumber}
          maxLength={40}
          autoComplete="off"
          onChange={event => setStudentNumber(event.target.value)}
          data-testid="student-number"
        />
      </label>
      <PinInput label={text.askPin} pin={pin} onChange={setPin} testId="number-pin" />
      <button type="submit" className="primary" disabled={!isComplete} data-testid="send-number">
        {text.confirm}
      </button>
    </form>
  );
}
