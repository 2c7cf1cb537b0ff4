/** The server's own 1 s bars as returns, with the spread at each close: what a console's worker has, without a console. */
import { readBars, readHistory } from '../../protocol/bars.ts';
import { ensureNever } from '../../protocol/assert.ts';
import { decodeFrame } from '../../protocol/frame.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { ReturnsRing } from '../../shaders/returns/returns-ring.ts';
import type { Clock } from '../clock.ts';
import { BAR_CAPACITY, BAR_MICROS } from '../feeds/bars.ts';
import { MarketTables } from '../feeds/market-tables.ts';
import type { FeedsToRelay, RelayToFeeds, VenueFrame, VenueTable } from '../feeds/port.ts';
import { emptyQuote } from '../feeds/table.ts';
import { Bars } from '../relay/bars.ts';
import type { Port } from '../relay/port.ts';
import { Questions } from '../relay/questions.ts';
import type { KernelRow } from './port.ts';

const ANSWER_MS = 10_000;
/** Closes in one history of all that is listed: 16 MB on their way. */
const HISTORY_CELLS = 2_000_000;

export interface LiveMarketParts {
  readonly clock: Clock;
  readonly origin: Origin;
  readonly tables: readonly VenueTable[];
  readonly feeds: Port<FeedsToRelay, RelayToFeeds>;
}

export class LiveMarket {
  readonly #parts: LiveMarketParts;
  readonly #bars: Bars;
  readonly #histories: Questions<readonly VenueFrame[]>;
  readonly #tables: MarketTables;
  readonly #quote = emptyQuote();
  #rows: readonly KernelRow[] = [];
  #listed = 0;
  #ring = new ReturnsRing([], BAR_CAPACITY);
  /** Row by row, at `second % capacity`: the spread, and the second that it is of. */
  #spreads = new Float64Array(0);
  #seconds = new Float64Array(0);
  #barAt = -Infinity;
  #isAsking = false;

  constructor(parts: LiveMarketParts) {
    const { clock, origin, tables, feeds } = parts;
    this.#parts = parts;
    this.#tables = new MarketTables(tables);
    this.#histories = new Questions<readonly VenueFrame[]>(clock, ANSWER_MS);
    this.#bars = new Bars({
      clock,
      origin,
      ask: (wanted) => this.#histories.ask((id) => feeds.postMessage({ kind: 'history', id, ...wanted })),
      send: (frame) => this.#bar(frame),
    });
  }

  get rows(): readonly KernelRow[] {
    return this.#rows;
  }

  get listed(): number {
    return this.#listed;
  }

  /** Other rows begin with an empty past, until the feeds have told it. */
  market(rows: readonly KernelRow[], venues: readonly string[]): void {
    this.#tables.list(venues.map((venue) => ({ venue: venue as VenueId })));
    this.#listed = venues.length;
    this.#rows = rows;
    this.#ring = new ReturnsRing(
      rows.map(({ index }) => index),
      BAR_CAPACITY,
    );
    this.#spreads = new Float64Array(rows.length * BAR_CAPACITY);
    this.#seconds = new Float64Array(BAR_CAPACITY);
    void this.#ask();
  }

  hear(message: FeedsToRelay): void {
    switch (message.kind) {
      case 'bars':
        this.#bars.take(message);
        return;
      case 'begun-anew':
        this.#bars.beginAnew();
        this.#ring.clear();
        return;
      case 'history':
        this.#histories.answer(message.id, message.parts);
        return;
      case 'candles':
      case 'statistics':
      case 'ticks':
        return;
      default:
        ensureNever(message);
    }
  }

  /** Seconds since a bar came; a market that stands still brings bars too. */
  get silentSeconds(): number {
    return (this.#parts.clock.monotonicMicros() - this.#barAt) / 1_000_000;
  }

  /** All that is known; null before the first return. */
  panel(): ReturnsPanel | null {
    const { newest } = this.#ring;
    if (newest === null || this.#ring.length === 0) return null;
    const { returns, valid, n, t } = this.#ring.window(BAR_CAPACITY);
    return {
      ...{ returns, valid, n, t },
      names: this.#rows.map(({ name }) => name),
      times: Float64Array.from({ length: t }, (_, k) => newest.openAt + (2 + k - t) * BAR_MICROS),
      horizon: '1s',
      source: { kind: 'live' },
    };
  }

  /** Of a row at the close (µs) of a bar, as a share of the price; null: it was not watched. */
  readonly spreadAt = (row: number, closeAt: number): number | null => {
    const at = secondOf(closeAt);
    if (this.#seconds[at % BAR_CAPACITY] !== at) return null;
    const spread = this.#spreads[row * BAR_CAPACITY + (at % BAR_CAPACITY)] ?? 0;
    return spread > 0 ? spread : null;
  };

  stop(): void {
    this.#bars.stop();
    this.#histories.close();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#rows.length === 0) return;
    this.#isAsking = true;
    const [listed, ring] = [this.#listed, this.#ring];
    const bars = Math.max(2, Math.min(BAR_CAPACITY, Math.floor(HISTORY_CELLS / Math.max(1, listed))));
    const answer = await this.#bars.history({ horizon: '1s', bars }, listed);
    this.#isAsking = false;
    // Rows changed meanwhile: it is asked for those.
    if (ring !== this.#ring) return this.#ask();
    for (const section of sectionsOf(answer?.bytes)) {
      const history = section.kind === 'history' ? readHistory(section) : null;
      if (history?.ok) ring.load(history.value);
    }
  }

  #bar(frame: Uint8Array): void {
    this.#barAt = this.#parts.clock.monotonicMicros();
    for (const section of sectionsOf(frame)) {
      const bars = section.kind === 'bars' ? readBars(section) : null;
      if (!bars?.ok) continue;
      this.#keepSpreads(bars.value.openAt + BAR_MICROS);
      if (!this.#ring.push(bars.value)) void this.#ask();
    }
  }

  /** The bar has just closed: what stands now is what stood then. */
  #keepSpreads(closeAt: number): void {
    const at = secondOf(closeAt);
    this.#seconds[at % BAR_CAPACITY] = at;
    this.#rows.forEach(({ index }, row) => {
      const quote = this.#quote;
      const isKnown = this.#tables.readQuote(index, quote) && quote.bid > 0 && quote.ask > quote.bid;
      const isLive = quote.state === 'live' || quote.state === 'quiet';
      this.#spreads[row * BAR_CAPACITY + (at % BAR_CAPACITY)] =
        isKnown && isLive ? (2 * (quote.ask - quote.bid)) / (quote.ask + quote.bid) : 0;
    });
  }
}

const secondOf = (closeAt: number): number => Math.round(closeAt / BAR_MICROS);

function sectionsOf(bytes: Uint8Array | null | undefined) {
  const frame = bytes && decodeFrame(bytes);
  return frame?.ok === true ? frame.value.sections : [];
}
