import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { HISTORY_RANGE_NAMES, historySpan, type HistoryRange } from '../../../protocol/kernels.ts';
import { readKernelHistory } from '../../app/kernels-api.ts';
import { useView } from '../../app/services.ts';
import { plural, utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Toggle } from '../../ui/toggle.tsx';
import { HowToRead } from '../analysis/HowToRead.tsx';
import { useDataOrigin } from '../selected.ts';
import { HistoryChart } from './HistoryChart.tsx';
import { HistoryTable } from './HistoryTable.tsx';
import {
  FIGURES,
  RANGES,
  recordingText,
  SUBJECT_NAMES,
  SUBJECTS,
  type SubjectName,
} from './history-words.ts';
import { chartText, gapsOf, tabLines, type Line, type Span } from './lines.ts';
import { useTabPoints } from './use-tab-points.ts';

const AGAIN_MS = 15_000;
/** The server's usual windows, until it says its own. */
const WINDOWS = { '1s': 900, '1m': 68 } as const;

const HOW_TO_READ = [
  'A bar is what the server recorded in that time, from the lowest to the highest of its runs with the last as a tick, and a dot is what this tab itself computed last in it; both are of windows as long, so where they part, their bars or their instruments differ.',
  'Look for what has not been so for a week: an absorption ratio and a mean correlation that rise together mean that diversification is going.',
  'A shade is a time of which neither knows anything, and no line is drawn over it; the server records a minute at a time and keeps as many days as it keeps bars, this tab only what it computed while this panel was looked at.',
] as const;

/** What the market's common figures, its regime and the book's risk were: by the server, over its restarts, and by this tab. */
export function HistoryPanel() {
  const origin = useDataOrigin();
  const [name, setName] = useState<SubjectName>('structure-1s');
  const [range, setRange] = useState<HistoryRange>('1h');
  const [isTable, setTable] = useState(false);
  const { figures, horizon, name: title } = SUBJECTS[name];
  const online = useView('link', (view) => view.link.kind === 'online');
  const kept = useQuery({
    queryKey: ['kernel-history', name, range],
    enabled: online,
    staleTime: 0,
    refetchInterval: AGAIN_MS,
    queryFn: async () => {
      const reply = await readKernelHistory(figures, range);
      if (!reply.ok) throw new Error(reply.error.sentence);
      return reply.value;
    },
  });
  const { data, error } = kept;
  const { history, trouble } = useTabPoints(horizon, (data?.windows ?? WINDOWS)[horizon ?? '1s']);
  // Without the server's word of the time, a minute's worth of this console's estimate of its clock.
  const minute = useView('clock', ({ estimatedNow }) => Math.floor(estimatedNow / 60_000_000) * 60_000_000);
  const span = useMemo((): Span => {
    const { bucket, ...own } = historySpan(range, minute);
    return { bucket, ...(data ? { from: data.from, to: data.to } : own) };
  }, [range, minute, data]);
  const lines = useMemo((): Line[] => {
    const server = (data?.lines ?? []).map(({ figure, points }) => ({
      figure,
      from: 'server' as const,
      points,
    }));
    return [...server, ...(horizon ? tabLines(history, figures, span) : [])];
  }, [data, history, figures, horizon, span]);
  const isStale = data !== undefined && (error !== null || !online);
  const whole = `History · ${title} · ${RANGES[range].name}`;
  const label = chartText(lines, span, range);
  const known = lines.some(({ points }) => points.length > 0);
  return (
    <Panel title={whole} origin={origin} provenance={provenanceText(lines, span, isStale)}>
      <div className="analysis history">
        <div className="toolbar" role="group" aria-label="History options">
          {SUBJECT_NAMES.map((each) => (
            <Toggle key={each} on={each === name} name={SUBJECTS[each].name} onChoose={() => setName(each)} />
          ))}
          <span className="toolbar-gap" />
          {HISTORY_RANGE_NAMES.map((each) => (
            <Toggle key={each} on={each === range} name={RANGES[each].name} onChoose={() => setRange(each)} />
          ))}
          <span className="toolbar-gap" />
          <Toggle on={isTable} name="Table" onChoose={() => setTable((before) => !before)} />
        </div>
        <Notes
          sentences={[
            error && `${error.message}${data ? ' Below is what was known last.' : ''}`,
            data ? recordingText(data.recording) : null,
            horizon && trouble !== null ? `This tab: ${trouble}` : null,
            !known && kept.isFetched ? 'Nothing was computed in this time yet.' : null,
            kept.isPending && online ? 'Reading what the server recorded.' : null,
          ]}
        />
        {isTable ? (
          <HistoryTable label={`${whole}, values`} lines={lines} figures={figures} span={span} />
        ) : (
          <>
            <HistoryChart label={label} lines={lines} subject={SUBJECTS[name]} span={span} stale={isStale} />
            <Key figures={figures} hasTab={horizon !== null} />
          </>
        )}
        <HowToRead sentences={HOW_TO_READ} />
      </div>
    </Panel>
  );
}

function Notes({ sentences }: { readonly sentences: readonly (string | null)[] }) {
  const said = sentences.filter((each) => each !== null);
  return said.length === 0 ? null : (
    <p className="empty history-note" role="status">
      {said.join(' ')}
    </p>
  );
}

/** What colours and shapes mean. */
function Key({
  figures,
  hasTab,
}: {
  readonly figures: (typeof SUBJECTS)[SubjectName]['figures'];
  readonly hasTab: boolean;
}) {
  return (
    <p className="history-key">
      {figures.map((figure, at) => (
        <span key={figure}>
          <span className={at === 0 ? 'history-mark' : 'history-mark history-second'} aria-hidden />{' '}
          {FIGURES[figure].name}
        </span>
      ))}
      <span>
        {hasTab
          ? '▏server, low to high · ● this tab, last'
          : '▏server, low to high; this tab does not compute it'}
      </span>
    </p>
  );
}

function provenanceText(lines: readonly Line[], span: Span, isStale: boolean): string {
  const server = lines.find(({ from }) => from === 'server');
  const tab = lines.find(({ from }) => from === 'tab');
  const buckets = Math.round((span.to - span.from) / span.bucket);
  const last = server?.points.at(-1);
  return [
    ...(isStale ? ['last known'] : []),
    server ? `server ${server.points.length} of ${buckets}` : 'server not known',
    ...(server ? [plural(gapsOf(server.points, span).length, 'gap')] : []),
    ...(tab ? [`this tab ${tab.points.length}`] : []),
    ...(last ? [`last ${utcTime(last.at).slice(0, 5)}`] : []),
  ].join(' · ');
}
