import { useEffect, useRef } from 'react';

interface CodeProps {
  readonly value: string;
  readonly onChange: (code: string) => void;
  readonly label?: string;
  readonly autoFocus?: boolean;
  readonly describedBy?: string | undefined;
}

/** Six digits from an authenticator. */
export function CodeField({ label = 'Code from your authenticator', onChange, ...props }: CodeProps) {
  return (
    <Field
      {...props}
      label={label}
      className="input input-code"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="\d{6}"
      maxLength={6}
      onChange={(text) => onChange(text.replace(/\D/g, ''))}
    />
  );
}

/** One of the ten codes that were shown at enrolment. */
export function RecoveryField({ label = 'Recovery code', ...props }: CodeProps) {
  return (
    <Field
      {...props}
      label={label}
      className="input input-recovery"
      inputMode="text"
      autoComplete="off"
      maxLength={40}
    />
  );
}

function Field({
  value,
  onChange,
  label,
  autoFocus = false,
  describedBy,
  ...input
}: CodeProps & {
  readonly className: string;
  readonly inputMode: 'numeric' | 'text';
  readonly autoComplete: string;
  readonly maxLength: number;
  readonly pattern?: string;
}) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) field.current?.focus();
  }, [autoFocus]);
  return (
    <label className="field">
      {label}
      <input
        {...input}
        ref={field}
        autoCapitalize="none"
        spellCheck={false}
        required
        value={value}
        aria-describedby={describedBy}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
