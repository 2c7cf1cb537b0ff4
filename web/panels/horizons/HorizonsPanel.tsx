import { useView } from '../../app/services.ts';
import { SIGNAL_NAMES, SIGNALS, type SignalName } from '../../state/horizon-signals.ts';
import { plural } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { HowToRead } from '../analysis/HowToRead.tsx';
import { useDataOrigin, useLabel, useQuoteFreshness, useSelected } from '../selected.ts';
import { recordWords, signalWords, type Horizon } from './horizon-words.ts';

const HORIZONS: readonly { readonly horizon: Horizon; readonly title: string }[] = [
  { horizon: 'micro', title: 'Micro · 1 to 5 s' },
  { horizon: 'milli', title: 'Milli · 10 s' },
  { horizon: 'macro', title: 'Macro · 60 s' },
];

const HOW_TO_READ = [
  'Each signal says where the mid goes next (of the regime: whether the next minute is wild), and time judges it: the rate is how often it was right for this instrument since this page was opened, with its 95 % interval and the number of forecasts judged.',
  'Compare it with the constant: what always saying the commoner outcome would have hit; a signal whose interval holds that number has shown nothing yet, and below 100 forecasts no rate is shown at all.',
  'A forecast is judged before the next of its kind is made, a mid that did not move counts for nothing, and a hit rate says nothing of how much is won or lost, nor of spread and fees.',
] as const;

/** Three horizons of the chosen instrument side by side, each with how often it was right. */
export function HorizonsPanel() {
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const seconds = useView('horizons', (view) => view.seconds);
  const freshness = useQuoteFreshness(instrument?.index ?? null);
  const stale = freshness === 'stale' || freshness === 'unknown';
  const rests = seconds === 0 ? 'waiting for a fresh price' : `${plural(seconds, 'second')} without a hole`;
  return (
    <Panel
      title={instrument ? `Horizons · ${label(instrument)}` : 'Horizons'}
      origin={origin}
      provenance={`${stale ? 'last known · ' : ''}${rests}`}
    >
      <div className="analysis">
        {!instrument && <p className="empty">Choose an instrument in the watch list.</p>}
        {instrument && (
          <div
            className={stale ? 'analysis-body stale' : 'analysis-body'}
            role="region"
            aria-label="Signals by horizon"
            tabIndex={0}
          >
            <div className="horizons" data-mask="figure">
              {HORIZONS.map(({ horizon, title }) => (
                <section key={horizon} className="horizon" aria-label={title}>
                  <h3>{title}</h3>
                  {SIGNAL_NAMES.filter((name) => SIGNALS[name].horizon === horizon).map((name) => (
                    <SignalCard key={name} name={name} />
                  ))}
                </section>
              ))}
            </div>
          </div>
        )}
        <HowToRead sentences={HOW_TO_READ} />
      </div>
    </Panel>
  );
}

function SignalCard({ name }: { readonly name: SignalName }) {
  const reading = useView('horizons', (view) => view.readings[name]);
  const tally = useView('horizons', (view) => view.tallies[name]);
  const { title, says, basis } = signalWords(name, reading);
  const { rate, detail } = recordWords(tally);
  return (
    <dl className="signal">
      <div>
        <dt>{title}</dt>
        <dd>
          <strong>{says}</strong> <span className="basis">{basis}</span>
        </dd>
      </div>
      <div>
        <dt>Right</dt>
        <dd>
          <strong>{rate}</strong> <span className="basis">{detail}</span>
        </dd>
      </div>
    </dl>
  );
}
