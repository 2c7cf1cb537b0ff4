import { CodeField, RecoveryField } from '../pages/CodeField.tsx';
import { emptyChoice, type FactorMethod } from './methods.ts';
import type { FactorFieldsState } from './use-factor-choice.ts';

const NAMES: Readonly<Record<FactorMethod, string>> = {
  passkey: 'Passkey',
  totp: '6-digit code',
  recovery: 'Recovery code',
};

/** One factor: a passkey, a code or a recovery code, of those that this person has. */
export function FactorFields({
  state: { methods, choice, choose },
  codeLabel,
  autoFocus = false,
  describedBy,
}: {
  readonly state: FactorFieldsState;
  readonly codeLabel: string;
  readonly autoFocus?: boolean;
  readonly describedBy?: string;
}) {
  return (
    <div className="factor">
      {methods.length > 1 && (
        <div className="factor-methods" role="group" aria-label="Confirm with">
          {methods.map((method) => (
            <button
              key={method}
              type="button"
              className="toggle"
              aria-pressed={choice.kind === method}
              onClick={() => choose(emptyChoice(method))}
            >
              {NAMES[method]}
            </button>
          ))}
        </div>
      )}
      {choice.kind === 'totp' && (
        <CodeField
          value={choice.code}
          label={codeLabel}
          autoFocus={autoFocus}
          describedBy={describedBy}
          onChange={(code) => choose({ kind: 'totp', code })}
        />
      )}
      {choice.kind === 'recovery' && (
        <RecoveryField
          value={choice.code}
          label="One of your recovery codes: it is good once"
          autoFocus={autoFocus}
          describedBy={describedBy}
          onChange={(code) => choose({ kind: 'recovery', code })}
        />
      )}
      {choice.kind === 'passkey' && (
        <p className="second">
          Your device asks for its touch, face or PIN. What it signs is this act and no other.
        </p>
      )}
    </div>
  );
}
