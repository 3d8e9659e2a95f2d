/** A PIN that is typed here; whoever sends it forgets it. */
export function PinInput(props: {
  readonly label: string;
  readonly pin: string;
  readonly onChange: (pin: string) => void;
  readonly testId: string;
}) {
  const { label, pin, onChange, testId } = props;
  return (
    <label>
      {label}
      <input
        type="password"
        inputMode="numeric"
        autoComplete="off"
        value={pin}
        maxLength={6}
        onChange={event => onChange(event.target.value)}
        data-testid={testId}
      />
    </label>
  );
}
