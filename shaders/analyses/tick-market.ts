/** Trades of some instruments as an analysis takes them: each at its own times, with no grid laid over them. */
import { MIN_SAMPLES } from '../correlation/panel.ts';
import { buildTickPanel, type TickPanel, type TickSeries } from '../hayashi-yoshida/ticks.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';

/** How far the venue's clock is from the server's. */
export interface ClockReading {
  /** Venue's less the server's, ms. */
  readonly offsetMs: number;
  /** The true offset is within ± this, ms. */
  readonly uncertaintyMs: number;
}

export interface TickStream {
  readonly name: string;
  /** Two streams with the same number are told by one clock. */
  readonly clock: number;
  /** Null: it was not measured. */
  readonly reading: ClockReading | null;
  /** No trade is missing from here on, venue's clock, µs; NaN: nobody watched. */
  readonly since: number;
  /** And up to here, µs. */
  readonly until: number;
  /** Venue's clock, µs, in the order in which they came. */
  readonly at: ArrayLike<number>;
  readonly prices: ArrayLike<number>;
}

export interface TickMarket {
  readonly streams: readonly TickStream[];
  /** How much of the past was asked for. */
  readonly seconds: number;
}

/** What of a market can be compared: the same stretch of time of every stream, on the server's clock. */
export interface AlignedTicks {
  /** A count is a millisecond. */
  readonly panel: TickPanel;
  readonly streams: readonly TickStream[];
  /** Names of those about which nothing can be said. */
  readonly leftOut: readonly string[];
  readonly spanMs: number;
  /** µs, server's clock. */
  readonly until: number;
}

/** Less of the past says nothing of a lag of a second. */
export const LEAST_SECONDS = 30;

/**
 * The longest stretch that every stream covers without a hole, and no more than was asked for. A stream that
 * covers less than 30 s, has fewer than 30 trades there or never moves is left out and named.
 */
export function alignTicks({ streams, seconds }: TickMarket): Result<AlignedTicks> {
  const covered = streams.filter((stream) => until(stream) - since(stream) >= LEAST_SECONDS * 1000);
  const end = covered.reduce((least, stream) => Math.min(least, until(stream)), Infinity);
  const from = covered.reduce((most, stream) => Math.max(most, since(stream)), end - seconds * 1000);
  if (covered.length < 2 || end - from < LEAST_SECONDS * 1000)
    return refuse('too-few-ticks', tooShort(streams));
  const series = covered.map((stream) => within(stream, from, end));
  const all = buildTickPanel(series);
  const usable = covered.map((_, i) => i).filter((i) => tickCount(all, i) >= MIN_SAMPLES);
  if (usable.length < 2) {
    return refuse(
      'too-few-ticks',
      `Only ${usable.length} of ${streams.length} instruments moved and have ${MIN_SAMPLES} trades in the last ${Math.round((end - from) / 1000)} s; 2 are needed.`,
    );
  }
  const kept = usable.flatMap((i) => covered[i] ?? []);
  const names = new Set(kept.map(({ name }) => name));
  return ok({
    panel: usable.length === covered.length ? all : buildTickPanel(usable.flatMap((i) => series[i] ?? [])),
    streams: kept,
    leftOut: streams.flatMap(({ name }) => (names.has(name) ? [] : [name])),
    spanMs: end - from,
    until: end * 1000,
  });
}

/**
 * How far apart two streams' times may be put wrongly, ms: nothing where one clock tells both, both clocks'
 * uncertainties otherwise. Null: it is not known, and no order of the two can be told.
 */
export function clocksApart(one: TickStream, other: TickStream): number | null {
  if (one.clock === other.clock) return 0;
  if (one.reading === null || other.reading === null) return null;
  return one.reading.uncertaintyMs + other.reading.uncertaintyMs;
}

export const tickCount = ({ offsets }: TickPanel, i: number): number =>
  (offsets[i + 1] ?? 0) - (offsets[i] ?? 0);

const offsetOf = ({ reading }: TickStream): number => reading?.offsetMs ?? 0;
const since = (stream: TickStream): number => stream.since / 1000 - offsetOf(stream);
const until = (stream: TickStream): number => stream.until / 1000 - offsetOf(stream);

function within(stream: TickStream, from: number, to: number): TickSeries {
  const times: number[] = [];
  const prices: number[] = [];
  for (let k = 0; k < stream.at.length; k++) {
    const time = (stream.at[k] ?? Number.NaN) / 1000 - offsetOf(stream);
    // What has no time stays: it is counted with what is left out.
    if (time < from || time >= to) continue;
    times.push(time);
    prices.push(stream.prices[k] ?? Number.NaN);
  }
  return { times, prices };
}

function tooShort(streams: readonly TickStream[]): string {
  const longest = streams.map((stream) => until(stream) - since(stream)).filter((ms) => ms > 0);
  const best = longest.sort((a, b) => b - a)[1] ?? 0;
  return `Of two instruments the trades of the last ${Math.floor(best / 1000)} s are known without a break; ${LEAST_SECONDS} s are needed.`;
}
