import type { Instrument } from '../../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply } from '../../../protocol/messages.ts';
import type { Lane } from '../rest.ts';
import { backfill, type CandlePage, type CandleSource, type Fill } from './backfill.ts';
import type { Bar, BarRing } from './bar-ring.ts';
import { MINUTE, SECOND, type InstrumentBars } from './instrument-bars.ts';
import type { MinuteRow } from './minute-rows.ts';
import { candlesOf } from './reply.ts';

const INTERVALS: Readonly<
  Record<CandlesQuery['interval'], { readonly span: number; readonly of: CandlePage['interval'] }>
> = {
  '1s': { span: SECOND, of: '1s' },
  '1m': { span: MINUTE, of: '1m' },
  '5m': { span: 5 * MINUTE, of: '1m' },
};
/** A candle that has just closed may still change at the venue. */
const SETTLED_MICROS = 2 * SECOND;
/** Questions within this time of an answer get the same open candle, however many consoles ask. */
const FRESH_MICROS = SECOND / 2;
const AGAIN_MICROS = 15 * SECOND;
/** What a venue did not have, it may have later. */
const FORGOTTEN_MICROS = 10 * MINUTE;
/** How far back gaps are filled before anybody asks. */
const SWEEP_BARS = 300;

export interface CandleBookParts {
  /** What people call the venue. */
  readonly name: string;
  readonly markets: readonly {
    readonly instrument: Instrument;
    readonly flow: { readonly bars: InstrumentBars };
  }[];
  /** The venue's own candles. */
  readonly venue: CandleSource;
  readonly clocks: {
    /** µs that never step back. */
    readonly now: () => number;
    /** The venue's clock, µs since 1970. */
    readonly venueNow: () => number;
  };
  /** Resolves when a person has waited for the venue long enough. */
  readonly patience: () => Promise<unknown>;
  /** Minutes that came from the venue. */
  readonly onFilled: (rows: readonly MinuteRow[]) => void;
}

/** What is known of the venue's candles of one instrument and interval. */
interface Asked {
  running: Promise<void> | null;
  fault: string | null;
  /** After a fault. */
  askAgainAt: number;
  /** Open times between which nothing is to be filled, or nothing can be, for a while. */
  tried: { readonly from: number; readonly to: number; readonly until: number } | null;
  /** The venue's newest candles as they were at `at`. */
  fresh: { readonly bars: readonly Bar[]; readonly at: number } | null;
}

/** Candles of our own bars; what was not watched is filled from the venue's, and what it has not stays a gap. */
export class CandleBook {
  readonly #parts: CandleBookParts;
  readonly #asked = new Map<string, Asked>();

  constructor(parts: CandleBookParts) {
    this.#parts = parts;
  }

  async query({ instrument: index, interval, limit }: CandlesQuery): Promise<CandlesReply> {
    const { markets, clocks } = this.#parts;
    const market = markets[index];
    if (!market) {
      const sentence = `Instrument ${index} is not in this feed.`;
      return { ok: false, code: 'unknown-instrument', sentence };
    }
    const { bars } = market.flow;
    const { span, of } = INTERVALS[interval];
    const ring = of === '1s' ? bars.seconds : bars.minutes;
    const now = clocks.venueNow();
    const newest = Math.floor(now / span) * span;
    const oldest = ring.openOf(now) - (ring.capacity - 1) * ring.span;
    const from = Math.max(newest - (limit - 1) * span, Math.ceil(oldest / span) * span);
    const asked = this.#askedOf(index, of);
    await Promise.race([this.#fill(index, of, from, 'view'), this.#parts.patience()]);
    const fault = asked.running ? `${this.#parts.name} has not answered yet.` : asked.fault;
    const fresh = asked.fresh?.bars ?? [];
    const shown = (at: number): Bar | null => {
      const bar = ring.read(at);
      // The venue's own saw the whole of what is open; ours from when we came.
      return fresh.find((one) => one.at === at && (bar?.covered ?? 0) < one.covered) ?? bar;
    };
    const read = span === ring.span ? shown : (at: number) => bars.folded(at, span / MINUTE, shown);
    const reply = candlesOf({ span, from, newest, now, read });
    if (reply.candles.length === 0 && fault !== null) {
      return { ok: false, code: 'candles', sentence: fault };
    }
    return { ok: true, ...reply, fault };
  }

  /** Fills the gaps of the last hours, of all instruments; asked once a minute. */
  sweep(): void {
    const from = this.#parts.clocks.venueNow() - SWEEP_BARS * MINUTE;
    for (let index = 0; index < this.#parts.markets.length; index++) {
      void this.#fill(index, '1m', Math.ceil(from / MINUTE) * MINUTE, 'history');
    }
  }

  /** Puts bars of an earlier run where less is known; returns how many were taken. */
  restore(rows: readonly MinuteRow[]): number {
    let taken = 0;
    for (const { instrument, bar } of rows) {
      if (this.#parts.markets[instrument]?.flow.bars.minutes.put(bar)) taken += 1;
    }
    return taken;
  }

  async #fill(index: number, interval: CandlePage['interval'], from: number, lane: Lane): Promise<void> {
    const asked = this.#askedOf(index, interval);
    if (asked.running) await asked.running;
    const { markets, clocks } = this.#parts;
    const market = markets[index];
    const now = clocks.now();
    if (!market || now < asked.askAgainAt) return;
    const { bars } = market.flow;
    const ring = interval === '1s' ? bars.seconds : bars.minutes;
    if (asked.tried && now >= asked.tried.until) asked.tried = null;
    const { tried } = asked;
    const goesOn = tried !== null && from >= tried.from;
    const first = goesOn ? Math.max(from, tried.to) : from;
    const venueNow = clocks.venueNow();
    const to = ring.openOf(venueNow - SETTLED_MICROS);
    const fresh = lane === 'view' && wantsFresh(ring, asked, { to, venueNow, now });
    if (fresh || ring.lastHole(first, to) !== null) {
      const { instrument } = market;
      const fill = {
        instrument,
        ring,
        interval,
        from: first,
        to,
        newest: ring.openOf(venueNow),
        fresh,
        lane,
      };
      asked.running = this.#ask(index, fill, asked);
      await asked.running;
      asked.running = null;
      if (asked.fault !== null) return;
    }
    asked.tried = goesOn ? { ...tried, to } : { from: first, to, until: now + FORGOTTEN_MICROS };
  }

  async #ask(index: number, fill: Fill, asked: Asked): Promise<void> {
    const { name, venue, clocks, onFilled } = this.#parts;
    const filled = await backfill(fill, venue);
    const now = clocks.now();
    asked.fault = filled.none ? `${name} has no candles of ${fill.interval}.` : filled.fault;
    if (asked.fault !== null) asked.askAgainAt = now + (filled.none ? FORGOTTEN_MICROS : AGAIN_MICROS);
    if (filled.fresh.length > 0) {
      const seen = (at: number): number => Math.min(fill.ring.span, clocks.venueNow() - at);
      asked.fresh = { bars: filled.fresh.map((bar) => ({ ...bar, covered: seen(bar.at) })), at: now };
    }
    if (fill.interval === '1m' && filled.bars.length > 0) {
      onFilled(filled.bars.map((bar) => ({ instrument: index, bar })));
    }
  }

  #askedOf(index: number, interval: CandlePage['interval']): Asked {
    const key = `${index} ${interval}`;
    const known = this.#asked.get(key);
    if (known) return known;
    const asked: Asked = { running: null, fault: null, askAgainAt: -Infinity, tried: null, fresh: null };
    this.#asked.set(key, asked);
    return asked;
  }
}

/** Less of what has not settled was watched than of the venue's, and the venue was not asked just now. */
function wantsFresh(
  ring: BarRing,
  { fresh }: Asked,
  { to, venueNow, now }: { readonly to: number; readonly venueNow: number; readonly now: number },
): boolean {
  if (fresh !== null && now - fresh.at <= FRESH_MICROS) return false;
  for (let at = to; at <= venueNow; at += ring.span) {
    const due = Math.min(ring.span, venueNow - at) - SETTLED_MICROS;
    if ((ring.read(at)?.covered ?? 0) < due) return true;
  }
  return false;
}
