import { useState } from 'react';
import { SCOPES, type Scope, type ServiceAccountView } from '../../../protocol/people.ts';
import type { StrategyId } from '../../../protocol/units.ts';
import { FormDialog, ReasonField, TextField } from './fields.tsx';
import { useAct } from './use-act.ts';
import { SCOPE_WORDS, scopeWords } from './words.ts';

const ENDS = [30, 90, 365, null] as const;
type Ends = (typeof ENDS)[number];
const endWords = (days: Ends): string => (days === null ? 'never' : `in ${days} days`);

export function CreateAccount({ onClose }: { readonly onClose: () => void }) {
  const { prove } = useAct();
  const [account, setAccount] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>([...SCOPES]);
  const [days, setDays] = useState<Ends>(90);
  const create = async (): Promise<boolean> => {
    if (scopes.length === 0) return false;
    return prove(
      {
        title: 'Create a service account',
        sentence: `A key of ${account} may ${scopeWords(scopes)}, and expires ${endWords(days)}. It is shown once.`,
        verb: 'Create it',
        shownTitle: `The key of ${account}`,
      },
      { type: 'service-account.create', account: account as StrategyId, scopes: [...scopes], days },
    );
  };
  return (
    <FormDialog title="New service account" button="Go on" onSubmit={create} onClose={onClose}>
      <TextField
        label="Account"
        value={account}
        onChange={setAccount}
        autoFocus
        maxLength={32}
        pattern="[a-z0-9\-]{1,32}"
        hint="Small letters, digits and dashes; the strategy’s name."
      />
      <fieldset className="choices">
        <legend>Its key may</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="check">
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              onChange={(event) =>
                setScopes(
                  SCOPES.filter((each) => (each === scope ? event.target.checked : scopes.includes(each))),
                )
              }
            />
            {SCOPE_WORDS[scope]}
          </label>
        ))}
        {scopes.length === 0 && <p className="refusal small">A key that may nothing is no key.</p>}
      </fieldset>
      <EndsField value={days} onChange={setDays} />
    </FormDialog>
  );
}

export function RotateKey({
  account: { account },
  onClose,
}: {
  readonly account: ServiceAccountView;
  readonly onClose: () => void;
}) {
  const { prove } = useAct();
  const [days, setDays] = useState<Ends>(90);
  const rotate = (): Promise<boolean> =>
    prove(
      {
        title: `A new key for ${account}`,
        sentence: `A new key of ${account} is shown once and expires ${endWords(days)}. The present one works for 60 seconds more.`,
        verb: 'Make it',
        shownTitle: `The new key of ${account}`,
      },
      { type: 'service-account.rotate', account, days },
    );
  return (
    <FormDialog title={`A new key for ${account}`} button="Go on" onSubmit={rotate} onClose={onClose}>
      <EndsField value={days} onChange={setDays} />
    </FormDialog>
  );
}

/** Lowers risk: a reason, and no factor. */
export function RevokeAccount({
  account: { account },
  onClose,
}: {
  readonly account: ServiceAccountView;
  readonly onClose: () => void;
}) {
  const { plain } = useAct();
  const [reason, setReason] = useState('');
  const revoke = (): Promise<boolean> =>
    plain({ type: 'service-account.revoke', account, reason: reason.trim() });
  return (
    <FormDialog title={`Revoke ${account}`} button="Revoke it" onSubmit={revoke} onClose={onClose}>
      <p>
        The key of {account} is dead at once, and its connections with it. Orders that it has at the venue
        stay: cancel them, or halt.
      </p>
      <ReasonField value={reason} onChange={setReason} autoFocus />
    </FormDialog>
  );
}

function EndsField({ value, onChange }: { readonly value: Ends; readonly onChange: (days: Ends) => void }) {
  return (
    <label className="field">
      The key expires
      <select
        className="input"
        value={String(value)}
        onChange={(event) => {
          const found = ENDS.find((each) => String(each) === event.target.value);
          if (found !== undefined) onChange(found);
        }}
      >
        {ENDS.map((days) => (
          <option key={String(days)} value={String(days)}>
            {endWords(days)}
          </option>
        ))}
      </select>
    </label>
  );
}
