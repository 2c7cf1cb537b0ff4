import { useMemo, useState } from 'react';
import type { HealthRow, HealthState } from '../../../protocol/health.ts';
import { useServices, useView } from '../../app/services.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useLastKnown } from '../selected.ts';
import { figureProvenance, figureText, TONES, tileText } from './figure-text.ts';
import { HealthDetail } from './HealthDetail.tsx';
import { gpuRow, pageRow } from './page-rows.ts';

const NONE: readonly HealthRow[] = [];
const STATES: readonly HealthState[] = ['ok', 'degraded', 'down', 'unknown'];

/** A tile for each engine, feed, venue and store, and for the page itself. */
export function HealthPanel() {
  const { clock } = useServices();
  const served = useView('control', (view) => view.state?.health ?? NONE);
  const page = useView('pageHealth', (view) => view);
  const link = useView('link', (view) => view);
  const compute = useView('compute', (view) => view);
  const check = useView('crossCheck', (view) => view);
  const lastKnown = useLastKnown();
  const [open, setOpen] = useState<string | null>(null);
  const rows = useMemo(() => {
    const now = clock.getState().estimatedNow;
    return [...served, gpuRow(compute, check, now), pageRow(page, link, performance.now(), now)];
  }, [served, compute, check, page, link, clock]);
  const counts = STATES.map((state) => ({ state, count: rows.filter((row) => row.state === state).length }))
    .filter(({ state, count }) => count > 0 || state === 'ok')
    .map(({ state, count }) => `${count} ${WORDS[state]}`);
  const opened = rows.find((row) => row.id === open);
  return (
    <Panel
      title="Health"
      provenance={`${lastKnown ? 'last known · ' : ''}${counts.join(' · ')} · figures with n on opening`}
    >
      <div className="panel-scroll health" role="region" aria-label="Health tiles" tabIndex={0}>
        <ul className="tiles">
          {rows.map((row) => (
            <Tile
              key={row.id}
              row={row}
              stale={lastKnown && row.id !== 'page' && row.id !== 'gpu'}
              onOpen={() => setOpen(row.id)}
            />
          ))}
        </ul>
      </div>
      {opened && <HealthDetail row={opened} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

const WORDS: Readonly<Record<HealthState, string>> = {
  ok: 'healthy',
  degraded: 'degraded',
  down: 'down',
  unknown: 'unknown',
};

function Tile({
  row,
  stale,
  onOpen,
}: {
  readonly row: HealthRow;
  readonly stale: boolean;
  readonly onOpen: () => void;
}) {
  const tone = TONES[row.state];
  // The name first: of several venues' tiles the ends are cut off, and they begin alike.
  const title = [
    row.name,
    ...row.figures.map((figure) =>
      `${figure.name}: ${figureText(figure)} ${figureProvenance(figure)}`.trim(),
    ),
  ].join('\n');
  return (
    <li>
      <button
        type="button"
        className={`tile tile-${row.state} ${stale ? 'stale' : ''}`}
        title={title}
        onClick={onOpen}
        data-health={row.id}
        data-state={row.state}
      >
        <span className="tile-name">
          {tone !== 'ok' && <StatusMark tone={tone} />} {row.name}
          <span className="for-readers">, {WORDS[row.state]}</span>
        </span>
        <span className="tile-text" data-mask={row.state === 'ok' ? 'latency' : undefined}>
          {tileText(row)}
        </span>
      </button>
    </li>
  );
}
