import { useState } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { haltConsequence } from '../../state/halt-words.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { plural } from '../../ui/format.ts';
import { useCommand } from './use-command.ts';

/** Cancels everything without closing the gate: said in words first, because strategies go on. */
export function CancelAll() {
  const { control } = useServices();
  const [asking, setAsking] = useState(false);
  const online = useView('link', (view) => view.link.kind === 'online');
  const run = useCommand();
  const state = asking ? control.getState().state : null;
  const counted = state && haltConsequence(state);
  return (
    <>
      <button type="button" className="toggle" onClick={() => setAsking(true)}>
        Cancel all…
      </button>
      {asking && (
        <Dialog title="Cancel all open orders" onClose={() => setAsking(false)}>
          <p>
            {counted
              ? `Cancels ${plural(counted.ours, 'open order')} of ours and ${counted.foreign} foreign at ${counted.venues.join(', ')}.`
              : 'Cancels every open order, ours and foreign.'}{' '}
            The gate stays open: strategies may place new ones at once. To stop them, halt.
          </p>
          {!online && (
            <p className="refusal">
              There is no connection: this would not be delivered. The halt keeps trying.
            </p>
          )}
          <div className="row">
            <button
              type="button"
              className="button button-danger"
              disabled={!online}
              onClick={() => {
                setAsking(false);
                void run({ type: 'order.cancel-all' });
              }}
            >
              Cancel them
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              Leave them
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
