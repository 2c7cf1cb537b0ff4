import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { KLINE_INTERVALS } from '../../../protocol/messages.ts';
import { useServices, useView } from '../../app/services.ts';
import { Panel } from '../../ui/panel.tsx';
import { useDataOrigin, useInstrumentStale, useLabel, useSelected } from '../selected.ts';
import { CandleChart } from './CandleChart.tsx';
import { gapText, INTERVALS, type Interval } from './gaps.ts';

/** What closed since, or was filled from the venue, comes with the next reading. */
const AGAIN_MS = { '1s': 10_000, '1m': 60_000, '5m': 60_000 } as const;

export function CandlesPanel() {
  const { stream } = useServices();
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const [interval, choose] = useState<Interval>('1m');
  const online = useView('link', (view) => view.link.kind === 'online');
  const venue = instrument?.venue;
  const stale = useInstrumentStale(instrument);
  const feed = useView('control', (view) => view.state?.feeds.find((each) => each.venue === venue) ?? null);
  const index = instrument?.index;
  const candles = useQuery({
    queryKey: ['candles', index, interval],
    enabled: index !== undefined && online,
    // Shown at once and read again: what was traded while we looked elsewhere is not in it.
    staleTime: 0,
    refetchInterval: AGAIN_MS[interval],
    retry: 3,
    retryDelay: 800,
    queryFn: async () => {
      if (index === undefined) throw new Error('No instrument is chosen.');
      const reply = await stream.candles({ instrument: index, interval, limit: INTERVALS[interval].limit });
      if (!reply.ok) throw new Error(reply.sentence);
      return reply;
    },
  });
  const sequence = feed ? `${feed.venue} · ${feed.state} · ${feed.gaps} gaps, ${feed.resyncs} resyncs` : '';
  const gaps = candles.data ? gapText(candles.data, interval) : null;
  return (
    <Panel
      title={instrument ? `${label(instrument)} · ${INTERVALS[interval].name}` : 'Candles'}
      origin={origin}
      provenance={sequence}
      tools={<Intervals chosen={interval} onChoose={choose} />}
    >
      {candles.isError && !candles.data && (
        <p className="empty" role="status">
          {candles.error.message}{' '}
          <button type="button" className="button button-small" onClick={() => void candles.refetch()}>
            Ask again
          </button>
        </p>
      )}
      {instrument && candles.data && (
        <div className="candles">
          <CandleChart
            key={`${instrument.index} ${interval}`}
            instrument={instrument}
            interval={interval}
            candles={candles.data.candles}
            gaps={candles.data.gaps}
            stale={stale || candles.isError}
          />
          {gaps !== null && (
            <p className="candles-note" title={gaps}>
              {gaps}
            </p>
          )}
        </div>
      )}
      {!candles.data && !candles.isError && (
        <p className="empty" role="status">
          Waiting for candles…
        </p>
      )}
    </Panel>
  );
}

function Intervals({
  chosen,
  onChoose,
}: {
  readonly chosen: Interval;
  readonly onChoose: (interval: Interval) => void;
}) {
  return (
    <div className="intervals" role="group" aria-label="Length of a candle">
      {KLINE_INTERVALS.map((interval) => (
        <button
          key={interval}
          type="button"
          className="toggle"
          aria-pressed={interval === chosen}
          onClick={() => onChoose(interval)}
        >
          {INTERVALS[interval].name}
        </button>
      ))}
    </div>
  );
}
