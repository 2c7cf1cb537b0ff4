import { useView } from '../../app/services.ts';
import { markNow, marksAreHeard } from '../../state/mark-now.ts';
import { utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { useDataOrigin, useInstrumentStale, useLabel, useSelected } from '../selected.ts';
import { readings, type Reading } from './statistics-words.ts';

/** They come every five seconds; three that did not come are old. */
const OLD_MICROS = 15_000_000;

/** What the last ticks of the chosen instrument say together, each with what it rests on. */
export function StatisticsPanel() {
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const index = instrument?.index ?? -1;
  const told = useView('statistics', ({ of }) => of[index]);
  const heard = useView('control', ({ state }) => marksAreHeard(state?.feeds ?? [], instrument?.venue ?? ''));
  const view = told && { ...told, mark: markNow(told.mark, heard) };
  const old = useView('clock', ({ estimatedNow }) => !view || estimatedNow - view.sentAt > OLD_MICROS);
  const stale = useInstrumentStale(instrument);
  // An age moves by the second: no more is drawn.
  const second = useView('clock', ({ estimatedNow }) => Math.floor(estimatedNow / 1e6));
  const asOf = view ? `${old ? 'last known · ' : ''}as of ${utcTime(view.asOf)}` : 'waiting for statistics';
  return (
    <Panel
      title={instrument ? `Statistics · ${label(instrument)}` : 'Statistics'}
      origin={origin}
      provenance={asOf}
    >
      <div
        className={view && old ? 'panel-scroll stale' : 'panel-scroll'}
        tabIndex={0}
        role="region"
        aria-label="Statistics"
      >
        {!instrument && <p className="empty">Choose an instrument in the watch list.</p>}
        {instrument && (
          <dl className="statistics">
            {readings(instrument, view, second * 1e6).map((reading) => (
              <Statistic
                key={reading.name}
                reading={reading}
                isOld={reading.isOld ?? (view !== undefined && stale)}
              />
            ))}
          </dl>
        )}
      </div>
    </Panel>
  );
}

function Statistic({
  reading: { name, value, unit, basis, howToRead },
  isOld,
}: {
  readonly reading: Reading;
  readonly isOld: boolean;
}) {
  return (
    <div className={isOld ? 'statistic stale' : 'statistic'}>
      <dt className="statistic-name">{name}</dt>
      <dd className="statistic-value" data-mask="latency">
        {value} <span className="quiet">{unit}</span>
      </dd>
      <dd className="statistic-basis" data-mask="provenance">
        {basis}
      </dd>
      <dd className="statistic-how">{howToRead}</dd>
    </div>
  );
}
