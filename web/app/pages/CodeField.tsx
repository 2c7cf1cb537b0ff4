import { useEffect, useRef } from 'react';

/** Six digits from an authenticator. */
export function CodeField({
  value,
  onChange,
  label = 'Code from your authenticator',
  autoFocus = false,
  describedBy,
}: {
  readonly value: string;
  readonly onChange: (code: string) => void;
  readonly label?: string;
  readonly autoFocus?: boolean;
  readonly describedBy?: string | undefined;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  return (
    <label className="field">
      {label}
      <input
        ref={input}
        className="input input-code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="\d{6}"
        maxLength={6}
        required
        value={value}
        aria-describedby={describedBy}
        onChange={(event) => onChange(event.target.value.replace(/\D/g, ''))}
      />
    </label>
  );
}
