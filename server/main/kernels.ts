import { valuedInDollars } from '../../protocol/dollars.ts';
import { notional, type Instrument } from '../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, QuoteMicros, Ticks } from '../../protocol/units.ts';
import type { KernelFigure } from '../store/runs/questions.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../clock.ts';
import type { FeedsPort } from '../feeds/feeds.ts';
import type { VenueTable } from '../feeds/port.ts';
import type { Gate } from '../gate/gate.ts';
import type { Mark } from '../gate/rule.ts';
import type { MarketReading } from '../gate/book-risk.ts';
import { KernelsThread } from '../kernels/kernels-thread.ts';
import type { CrossChecks } from '../kernels/cross-checks.ts';
import type { HeldPosition } from '../kernels/port.ts';
import type { KernelReport } from '../kernels/report.ts';
import type { Diary } from './diary.ts';
import { figuresOf } from './kernel-history.ts';
import type { Places } from './places.ts';

export interface KernelsWiring {
  readonly places: Pick<Places, 'kernelsEntry' | 'code'>;
  readonly config: Pick<Config, 'kernels' | 'origins' | 'limits'>;
  readonly clock: Clock;
  readonly shift: number;
  readonly tables: readonly VenueTable[];
  readonly feeds: FeedsPort;
  readonly instruments: () => readonly Instrument[];
  readonly gate: Pick<Gate, 'exposure'>;
  readonly mark: (instrument: InstrumentIndex) => Mark | null;
  readonly diary: Diary;
  readonly changed: () => void;
  readonly checks: Pick<CrossChecks, 'take'>;
  /** Keeps what was computed. */
  readonly keep: (figures: readonly KernelFigure[]) => void;
}

/** The server's own kernels, told of the book as it is at each run. */
export function wireKernels(wiring: KernelsWiring): KernelsThread {
  const { places, config, clock, shift, tables, feeds, instruments, gate, mark, diary } = wiring;
  return new KernelsThread({
    entry: places.kernelsEntry,
    config: config.kernels,
    needsRisk: config.limits.valueAtRisk !== null || config.limits.clusterValue !== null,
    settings: { origin: config.origins.data, tables, clockShiftMicros: shift },
    clock,
    feeds,
    instruments,
    book: () => bookOf(gate, instruments(), mark),
    reported: (report) => {
      wiring.checks.take(report.check);
      // What is replayed was another time's market.
      if (config.origins.data !== 'REPLAY') wiring.keep(figuresOf(report, config.origins.data, places.code));
    },
    changed: (dead) => {
      if (dead !== null) diary.error({ sentence: dead }, 'The market analyses ended.');
      wiring.changed();
    },
  });
}

/** What of a report the gate goes by; null: it is too old. */
export function readingOf(report: KernelReport | null): MarketReading {
  return {
    risk: report?.risk.ok === true ? report.risk.value : null,
    clusterOf: report?.minutes.ok === true ? report.minutes.value.clusterOf : null,
  };
}

/** What is held, each at the middle of a fresh mark; of unknown value where that is not in dollars. */
export function bookOf(
  { exposure }: Pick<Gate, 'exposure'>,
  instruments: readonly Instrument[],
  mark: (instrument: InstrumentIndex) => Mark | null,
): Omit<HeldPosition, 'name'>[] {
  return [...exposure.instruments()].flatMap(([index, { filled }]) => {
    if (filled === 0) return [];
    const [instrument, price] = [instruments[index], mark(index)];
    const isPriced = price?.fresh === true && price.bid > 0 && price.ask > 0;
    const isKnown = isPriced && instrument !== undefined && valuedInDollars(instrument.quote);
    const middle = isKnown ? (Math.round((price.bid + price.ask) / 2) as Ticks) : null;
    const worth =
      middle === null || !instrument ? null : notional(instrument, middle, Math.abs(filled) as Lots);
    const value = worth === null ? null : ((BigInt(Math.sign(filled)) * worth) as QuoteMicros);
    return [{ index, lots: filled as Lots, value }];
  });
}
