import { useEffect, useRef, useState } from 'react';

export const PASSWORD_LEAST = 12;

/** A password, present or new; it can be shown, and password managers know which it is. */
export function PasswordField({
  value,
  onChange,
  kind,
  label = 'Password',
  autoFocus = false,
  describedBy,
}: {
  readonly value: string;
  readonly onChange: (password: string) => void;
  readonly kind: 'current' | 'new';
  readonly label?: string;
  readonly autoFocus?: boolean;
  readonly describedBy?: string | undefined;
}) {
  const [shown, setShown] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  return (
    <div className="field">
      <div className="row spread">
        <label htmlFor={`password-${kind}`}>{label}</label>
        <button
          type="button"
          className="toggle"
          aria-pressed={shown}
          aria-label="Show the password"
          onClick={() => setShown(!shown)}
        >
          {shown ? 'hide' : 'show'}
        </button>
      </div>
      <input
        ref={input}
        id={`password-${kind}`}
        className="input"
        type={shown ? 'text' : 'password'}
        name={`${kind}-password`}
        autoComplete={`${kind}-password`}
        autoCapitalize="none"
        spellCheck={false}
        required
        minLength={kind === 'new' ? PASSWORD_LEAST : undefined}
        maxLength={256}
        value={value}
        aria-describedby={describedBy}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
