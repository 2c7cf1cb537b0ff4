import { useMemo } from 'react';
import type { HistoryFigure, HistoryPoint } from '../../../protocol/kernels.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { FIGURES, timeText } from './history-words.ts';
import { rowsOf, type Line, type Row, type Span } from './lines.ts';

const SOURCES = { server: 'server', tab: 'this tab' } as const;

/** The points as rows, newest first: for the keyboard, for readers, and for whoever wants the numbers. */
export function HistoryTable({
  label,
  lines,
  figures,
  span,
}: {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly figures: readonly HistoryFigure[];
  readonly span: Span;
}) {
  const rows = useMemo(() => rowsOf(lines, span), [lines, span]);
  const columns = useMemo(() => columnsOf(figures), [figures]);
  return (
    <Table
      label={label}
      columns={columns}
      rows={rows}
      rowKey={({ key }) => key}
      rowClass={({ gapTo }) => (gapTo === null ? '' : 'history-gap')}
      empty="Nothing was computed in this time."
    />
  );
}

function columnsOf(figures: readonly HistoryFigure[]): Column<Row>[] {
  const basis = ({ points }: Row): HistoryPoint | undefined => points.values().next().value;
  return [
    {
      id: 'at',
      title: 'UTC',
      track: '124px',
      mask: 'clock',
      order: ({ at }) => at,
      cell: ({ at }) => timeText(at),
    },
    {
      id: 'from',
      title: 'By',
      track: '100px',
      order: ({ from }) => from,
      cell: ({ from, gapTo }) => (gapTo === null ? SOURCES[from] : 'not computed'),
    },
    ...figures.flatMap((figure): Column<Row>[] => [
      {
        id: figure,
        title: FIGURES[figure].name,
        track: 'minmax(96px, 1fr)',
        align: 'right',
        cell: (row) => lastOf(row, figure, figure === figures[0]),
      },
      {
        id: `${figure} range`,
        title: 'low … high',
        track: 'minmax(96px, 1fr)',
        from: 640,
        align: 'right',
        cell: (row) => <span className="second">{rangeOf(row.points.get(figure), figure)}</span>,
      },
    ]),
    {
      id: 'runs',
      title: 'Runs',
      track: '44px',
      from: 520,
      align: 'right',
      cell: (row) => basis(row)?.runs ?? '',
    },
    {
      id: 'of',
      title: 'Rests on',
      track: '84px',
      from: 760,
      align: 'right',
      cell: (row) => restsOn(basis(row)),
    },
  ];
}

function lastOf({ points, gapTo }: Row, figure: HistoryFigure, isFirst: boolean): string {
  const point = points.get(figure);
  if (point) return FIGURES[figure].format(point.last);
  return isFirst && gapTo !== null ? `until ${timeText(gapTo).slice(5)}` : '';
}

function rangeOf(point: HistoryPoint | undefined, figure: HistoryFigure): string {
  const { format } = FIGURES[figure];
  return point ? `${format(point.low)} … ${format(point.high)}` : '';
}

/** Instruments × columns, the fewest. */
const restsOn = (point: HistoryPoint | undefined): string =>
  point === undefined ? '' : `${point.instruments}${point.samples === null ? '' : ` × ${point.samples}`}`;
