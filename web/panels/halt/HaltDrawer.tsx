import { useEffect, useId, useRef } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { causeSentence, haltHeadline, haltSteps } from '../../state/halt-words.ts';
import { formatMs, plural, utcMillis, utcTime } from '../../ui/format.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useLastKnown } from '../selected.ts';
import { allowedSteps } from './allowed-steps.ts';
import { HaltActions } from './HaltActions.tsx';
import { VenueRows } from './VenueRows.tsx';

/** The halt in full, beside the panels and never over the bar: state, rows by venue, what can be done. */
export function HaltDrawer() {
  const { preferences } = useServices();
  const halt = useView('control', (view) => view.state?.halt ?? null);
  const positions = useView('control', (view) => view.state?.positions ?? null);
  const session = useView('sessions', (view) => view.session);
  const life = useView('sessions', (view) => view.life);
  const lastKnown = useLastKnown();
  const heading = useId();
  const drawer = useRef<HTMLDivElement>(null);
  useEffect(() => drawer.current?.focus(), []);
  const headline = halt ? haltHeadline(halt) : { text: 'unknown', tone: 'unknown' as const };
  const cause = halt && causeSentence(halt);
  const steps = halt ? allowedSteps(haltSteps(halt, session?.user ?? null), session, life) : null;
  const standing = positions?.filter((position) => position.size !== 0).length ?? 0;
  return (
    <div
      ref={drawer}
      className="drawer"
      role="dialog"
      aria-labelledby={heading}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') preferences.setState({ haltOpen: false });
      }}
    >
      <div className="row spread">
        <h2 id={heading} className="dialog-title">
          Halt · L3 firm
        </h2>
        <button
          type="button"
          className="button button-plain"
          onClick={() => preferences.setState({ haltOpen: false })}
        >
          Close
        </button>
      </div>
      <p className={`halt-headline tone-${headline.tone} ${lastKnown ? 'stale' : ''}`}>
        <StatusMark tone={headline.tone} /> {headline.text}
        {lastKnown && ' (last known)'}
      </p>
      <DeliveryLine />
      {halt && (
        <>
          {cause && <p className="second">{cause}</p>}
          <dl className="halt-times" data-mask="clock">
            <Time name="Pressed" at={halt.pressedAt} />
            <Time name="Gate closed" at={halt.gateClosedAt} />
            <Time name={halt.factorBy ? `Factor of ${halt.factorBy}` : 'Factor'} at={halt.factorAt} />
            <Time name="Confirmed zero" at={halt.confirmedAt} />
          </dl>
          {halt.phase !== 'trading' && halt.refusedSince > 0 && (
            <p>{plural(halt.refusedSince, 'order')} refused by the closed gate since.</p>
          )}
          <VenueRows venues={halt.venues} />
          {halt.phase !== 'trading' && standing > 0 && (
            <p className="second">
              {plural(standing, 'position')} {standing === 1 ? 'stands' : 'stand'}: a halt cancels orders and
              flattens nothing.
            </p>
          )}
          {steps?.because && <p className="quiet">{steps.because}</p>}
          {steps && halt.haltId !== null && (
            <HaltActions
              key={`${halt.haltId}-${halt.phase}`}
              halt={halt}
              haltId={halt.haltId}
              steps={steps}
            />
          )}
          {halt.phase === 'trading' && halt.releasedBy !== null && (
            <p className="quiet">
              Last halt released by {halt.releasedBy}
              {halt.releasedAt !== null && ` at ${utcTime(halt.releasedAt)} UTC`}.
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Time({ name, at }: { readonly name: string; readonly at: number | null }) {
  return (
    <div>
      <dt className="quiet small">{name}</dt>
      <dd>{at === null ? '–' : utcMillis(at)}</dd>
    </div>
  );
}

function DeliveryLine() {
  const delivery = useView('halt', (view) => view.delivery);
  if (delivery.kind !== 'delivered') return null;
  const way = { socket: 'by socket', http: 'by HTTP', state: 'as the state shows' }[delivery.by];
  return (
    <p className="quiet small" data-mask="latency">
      This press was delivered {way} after {formatMs(delivery.afterMs)},{' '}
      {plural(delivery.sendings, 'sending')}.
    </p>
  );
}
