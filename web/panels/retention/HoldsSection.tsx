import { useState } from 'react';
import type { HoldView } from '../../../protocol/retention.ts';
import { ActButton } from '../people/Section.tsx';
import { stamp } from '../people/words.ts';
import { LiftHold, PlaceHold } from './HoldForms.tsx';
import { holdDays } from './retention-words.ts';

/** Legal holds: what, why, by whom, since when; to place one, and to lift it. */
export function HoldsSection({ holds }: { readonly holds: readonly HoldView[] | null }) {
  const [placing, setPlacing] = useState(false);
  const [lifting, setLifting] = useState<HoldView | null>(null);
  return (
    <section className="stack proofs-part" aria-label="Holds">
      <h3 className="record-heading row">
        Holds: what is kept whatever its time says
        <ActButton permission="retention.manage" onClick={() => setPlacing(true)}>
          Place a hold…
        </ActButton>
      </h3>
      {holds?.length === 0 && <p className="quiet">There is no hold.</p>}
      {holds && holds.length > 0 && (
        <table className="plain-table retention-table" aria-label="Holds">
          <thead>
            <tr>
              <th scope="col">What was recorded (UTC)</th>
              <th scope="col">Why</th>
              <th scope="col">By</th>
              <th scope="col">Since (UTC)</th>
              <th scope="col">
                <span className="for-readers">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {holds.map((hold) => (
              <tr key={hold.id}>
                <th scope="row">
                  {holdDays(hold)} <span className="mono quiet small hold-id">{hold.id}</span>
                </th>
                <td className="retention-words">{hold.reason}</td>
                <td>{hold.by}</td>
                <td>{hold.at === null ? 'not noted' : stamp(hold.at)}</td>
                <td className="right">
                  <ActButton
                    row
                    permission="retention.manage"
                    label={`Lift the hold: ${holdDays(hold)}`}
                    onClick={() => setLifting(hold)}
                  >
                    lift…
                  </ActButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {placing && <PlaceHold onClose={() => setPlacing(false)} />}
      {lifting && <LiftHold hold={lifting} onClose={() => setLifting(null)} />}
    </section>
  );
}
