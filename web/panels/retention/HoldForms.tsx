import { useId, useState } from 'react';
import type { HoldView } from '../../../protocol/retention.ts';
import type { Micros } from '../../../protocol/units.ts';
import { FormDialog, ReasonField } from '../people/fields.tsx';
import { useAct } from '../people/use-act.ts';
import { heldTime, holdDays } from './retention-words.ts';
import { RETENTION } from './use-retention.ts';

/** Only ever keeps more: it holds at once, with a reason and no factor. */
export function PlaceHold({ onClose }: { readonly onClose: () => void }) {
  const { plain } = useAct(RETENTION);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const place = async (): Promise<boolean> => {
    const time = heldTime(from, to);
    if ('wrong' in time) {
      setWrong(time.wrong);
      return false;
    }
    setWrong(null);
    const held = { from: time.from as Micros, to: time.to as Micros };
    return plain({ type: 'hold.place', ...held, reason: reason.trim() });
  };
  return (
    <FormDialog title="Place a hold" button="Keep them" onSubmit={place} onClose={onClose}>
      <p className="second">
        What was recorded on these days (UTC, both included) is kept until somebody lifts the hold, whatever
        its time says.
      </p>
      <div className="row retention-days">
        <DayField label="First day" value={from} onChange={setFrom} required />
        <DayField label="Last day" value={to} onChange={setTo} hint="Empty: no end." />
      </div>
      {wrong !== null && (
        <p role="alert" className="refusal small">
          {wrong}
        </p>
      )}
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}

function DayField({
  label,
  value,
  onChange,
  required = false,
  hint,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
  readonly required?: boolean;
  readonly hint?: string;
}) {
  const about = useId();
  return (
    <label className="field">
      {label}
      <input
        className="input"
        type="date"
        min="1970-01-01"
        max="2199-12-31"
        required={required}
        aria-describedby={hint ? about : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && (
        <span id={about} className="quiet small">
          {hint}
        </span>
      )}
    </label>
  );
}

export function LiftHold({ hold, onClose }: { readonly hold: HoldView; readonly onClose: () => void }) {
  const { prove } = useAct(RETENTION);
  const [reason, setReason] = useState('');
  const title = `Lift a hold: ${holdDays(hold)}`;
  const lift = (): Promise<boolean> =>
    prove(
      {
        title,
        sentence: `What was recorded then may go once its time is over. ${hold.by} placed the hold: ${hold.reason}`,
        verb: 'Lift it',
        differences: [{ name: holdDays(hold), before: 'held', after: 'kept for its time only' }],
      },
      { type: 'hold.lift', hold: hold.id, reason: reason.trim() },
    );
  return (
    <FormDialog title={title} button="Go on" onSubmit={lift} onClose={onClose}>
      <ReasonField value={reason} onChange={setReason} autoFocus />
    </FormDialog>
  );
}
