/** What this tab itself computed since it was opened, by the minute, as the server keeps its own. */
import { createStore } from 'zustand/vanilla';
import { joinPoints, type HistoryFigure, type HistoryPoint } from '../../protocol/kernels.ts';
import type { Micros } from '../../protocol/units.ts';

export type TabHistory = Readonly<Partial<Record<HistoryFigure, readonly HistoryPoint[]>>>;

const MINUTE = 60_000_000;
const ONE = 1_000_000;
/** A week. */
const MOST = 10_080;

export interface Computed {
  /** Close of the newest return, µs. */
  readonly asOf: number;
  /** A share or a correlation; what is no number is not kept. */
  readonly value: number;
  readonly instruments: number;
  readonly samples: number;
}

export function createTabHistory() {
  const store = createStore<TabHistory>(() => ({}));
  const newest = new Map<HistoryFigure, number>();
  return {
    ...store,
    /** The same bar again is no news; one of before (a replay that began anew) begins the line anew. */
    add(figure: HistoryFigure, { asOf, value, instruments, samples }: Computed): void {
      const before = newest.get(figure);
      if (!Number.isFinite(value) || !Number.isFinite(asOf) || asOf === before) return;
      newest.set(figure, asOf);
      const at = (Math.floor(asOf / MINUTE) * MINUTE) as Micros;
      const millionths = Math.round(value * ONE);
      const of = { low: millionths, high: millionths, last: millionths, runs: 1, minutes: 1 };
      const point: HistoryPoint = { at, ...of, instruments, samples };
      const line = before !== undefined && asOf < before ? [] : (store.getState()[figure] ?? []);
      const last = line.at(-1);
      const isSame = last?.at === at;
      const joined = isSame ? { ...joinPoints(last, point), minutes: 1 } : point;
      store.setState({ [figure]: [...(isSame ? line.slice(0, -1) : line), joined].slice(-MOST) });
    },
    /** Another market. */
    forget(): void {
      newest.clear();
      store.setState({}, true);
    },
  };
}
export type TabHistoryStore = ReturnType<typeof createTabHistory>;
