import { useQuery } from '@tanstack/react-query';
import { useServices, useView } from '../../app/services.ts';
import { Panel } from '../../ui/panel.tsx';
import { useDataOrigin, useFeedStale, useLabel, useSelected } from '../selected.ts';
import { CandleChart } from './CandleChart.tsx';

const LIMIT = 240;

export function CandlesPanel() {
  const { stream } = useServices();
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const online = useView('link', (view) => view.link.kind === 'online');
  const venue = instrument?.venue;
  const stale = useFeedStale(venue ?? null);
  const feed = useView('control', (view) => view.state?.feeds.find((each) => each.venue === venue) ?? null);
  const index = instrument?.index;
  const candles = useQuery({
    queryKey: ['candles', index, '1m'],
    enabled: index !== undefined && online,
    // Shown at once and read again: what was traded while we looked elsewhere is not in it.
    staleTime: 0,
    retry: 3,
    retryDelay: 800,
    queryFn: async () => {
      if (index === undefined) throw new Error('No instrument is chosen.');
      const reply = await stream.candles({ instrument: index, interval: '1m', limit: LIMIT });
      if (!reply.ok) throw new Error(reply.sentence);
      return reply.candles;
    },
  });
  const sequence = feed ? `${feed.venue} · ${feed.state} · ${feed.gaps} gaps, ${feed.resyncs} resyncs` : '';
  return (
    <Panel
      title={instrument ? `${label(instrument)} · 1 min` : 'Candles'}
      origin={origin}
      provenance={sequence}
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
        <CandleChart
          key={instrument.index}
          instrument={instrument}
          candles={candles.data}
          stale={stale || candles.isError}
        />
      )}
      {!candles.data && !candles.isError && (
        <p className="empty" role="status">
          Waiting for candles…
        </p>
      )}
    </Panel>
  );
}
