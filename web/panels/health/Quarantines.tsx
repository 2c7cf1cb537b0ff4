import { useMemo, useState } from 'react';
import type { Quarantine } from '../../../protocol/quarantine.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { useView } from '../../app/services.ts';
import { utcMillis } from '../../ui/format.ts';
import { FormDialog, ReasonField } from '../people/fields.tsx';
import { ActButton } from '../people/Section.tsx';
import { useAct } from '../people/use-act.ts';

/** Instruments of a venue whose market data people do not believe, and the acts that change that. */
export function Quarantines({ venue }: { readonly venue: VenueId }) {
  const all = useView('control', (view) => view.state?.quarantines);
  const quarantines = useMemo(() => (all ?? []).filter((each) => each.venue === venue), [all, venue]);
  const [placing, setPlacing] = useState(false);
  const [lifting, setLifting] = useState<Quarantine | null>(null);
  return (
    <>
      <h3 className="dialog-title row">
        Instruments quarantined by hand: {quarantines.length}
        <ActButton permission="quarantine.manage" onClick={() => setPlacing(true)}>
          Quarantine…
        </ActButton>
      </h3>
      {quarantines.length > 0 && (
        <ul className="stack">
          {quarantines.map((each) => (
            <li key={each.symbol} className="row">
              <span>
                <strong>{each.name}</strong>, by {each.by} at{' '}
                <span data-mask="clock">{utcMillis(each.at)}</span> UTC: {each.reason}
              </span>
              <ActButton
                row
                permission="quarantine.manage"
                label={`Lift the quarantine of ${each.name}`}
                onClick={() => setLifting(each)}
              >
                lift…
              </ActButton>
            </li>
          ))}
        </ul>
      )}
      {placing && <Place venue={venue} onClose={() => setPlacing(false)} />}
      {lifting && <Lift quarantine={lifting} onClose={() => setLifting(null)} />}
    </>
  );
}

/** Lowers risk: it holds at once, with a reason and no factor. */
function Place({ venue, onClose }: { readonly venue: VenueId; readonly onClose: () => void }) {
  const { plain } = useAct();
  const instruments = useView('control', (view) => view.state?.instruments);
  const listed = useMemo(
    () => (instruments ?? []).filter((each) => each.venue === venue),
    [instruments, venue],
  );
  const [symbol, setSymbol] = useState(listed[0]?.symbol ?? '');
  const [reason, setReason] = useState('');
  const place = (): Promise<boolean> =>
    plain({ type: 'quarantine.place', venue, symbol, reason: reason.trim() });
  return (
    <FormDialog title="Quarantine an instrument" button="Quarantine it" onSubmit={place} onClose={onClose}>
      <p className="second">
        From then on its prices are no reference: orders that raise risk in it are refused. Reducing by the
        last known price and cancelling go on.
      </p>
      <label className="field">
        Instrument of {venue}
        <select
          className="input"
          value={symbol}
          onChange={(event) => setSymbol(event.target.value)}
          autoFocus
        >
          {listed.map((each) => (
            <option key={each.symbol} value={each.symbol}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}

function Lift({ quarantine, onClose }: { readonly quarantine: Quarantine; readonly onClose: () => void }) {
  const { prove } = useAct();
  const [reason, setReason] = useState('');
  const { venue, symbol, name, by } = quarantine;
  const lift = (): Promise<boolean> =>
    prove(
      {
        title: `Lift the quarantine of ${name}`,
        sentence: `Orders that raise risk go by its prices again. ${by} quarantined it: ${quarantine.reason}`,
        verb: 'Lift it',
        differences: [{ name: `${name} · ${venue}`, before: 'quarantined', after: 'believed' }],
      },
      { type: 'quarantine.lift', venue, symbol, reason: reason.trim() },
    );
  return (
    <FormDialog title={`Lift the quarantine of ${name}`} button="Go on" onSubmit={lift} onClose={onClose}>
      <ReasonField value={reason} onChange={setReason} autoFocus />
    </FormDialog>
  );
}
