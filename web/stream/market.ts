import { applyLadder, readBook, type BookUpdate } from '../../protocol/book.ts';
import type { Frame, Section } from '../../protocol/frame.ts';
import { formatSize, type Instrument } from '../../protocol/instrument.ts';
import { QUOTE_STATES, readQuotes, type QuoteState } from '../../protocol/quotes.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { readTrades } from '../../protocol/trades.ts';
import { priceText } from '../ui/price.ts';
import type { Lots } from '../../protocol/units.ts';
import type { HourAgo } from './hour.ts';
import { ladderView } from './ladder-view.ts';
import type { BookView, QuoteView, TradesView, TradeView } from './port.ts';

/** A version that no delta builds on. */
const BROKEN = -1;
/** By the number in a frame. */
const SIDES = ['buy', 'sell'] as const;

interface QuoteSlot {
  bid: number;
  bidLots: number;
  ask: number;
  askLots: number;
  last: number;
  receivedAt: number;
  state: QuoteState;
}

/**
 * The market as this console has it: frames go in, what changed since the last time comes out.
 * Conflation is free: ten frames between two paints cost one text.
 */
export class Market {
  readonly #hour: HourAgo;
  #instruments: readonly Instrument[] = [];
  readonly #quotes = new Map<number, QuoteSlot>();
  readonly #books = new Map<number, Omit<BookUpdate, 'base'>>();
  /** By instrument: the number of the trade that comes next. */
  readonly #nextTrade = new Map<number, number>();
  readonly #dirtyQuotes = new Set<number>();
  readonly #dirtyBooks = new Set<number>();
  readonly #newTrades = new Map<number, { trades: TradeView[]; replace: boolean; skipped: number }>();
  #watched: readonly number[] = [];
  readonly #dropped = new Set<number>();
  #replaceQuotes = true;

  constructor(hour: HourAgo) {
    this.#hour = hour;
  }

  /** By index. */
  get instruments(): readonly Instrument[] {
    return this.#instruments;
  }

  /** More are listed; what is known of the others stays. */
  append(added: readonly Instrument[]): void {
    this.#instruments = [...this.#instruments, ...added];
  }

  /** Forgets everything: another connection. The same run goes on counting trades, so that none is lost unsaid. */
  reset(instruments: readonly Instrument[], isSameRun: boolean): void {
    this.#instruments = instruments;
    this.#quotes.clear();
    this.#books.clear();
    if (!isSameRun) this.#nextTrade.clear();
    this.#dirtyQuotes.clear();
    this.#dirtyBooks.clear();
    this.#newTrades.clear();
    this.#replaceQuotes = true;
  }

  /**
   * Books and trades of these are kept and of no others. What is dropped is said in the next paint,
   * so that no ladder of an old look at an instrument stands there as if live.
   */
  watch(instruments: readonly number[]): void {
    for (const instrument of this.#watched) {
      if (instruments.includes(instrument)) continue;
      for (const map of [this.#books, this.#nextTrade, this.#newTrades]) map.delete(instrument);
      this.#dirtyBooks.delete(instrument);
      this.#dropped.add(instrument);
    }
    this.#watched = instruments;
  }

  /** Applies every section that can be; the first refusal. `book-base`: a ladder needs a snapshot. */
  apply(frame: Frame): Result<null> {
    let outcome: Result<null> = ok(null);
    for (const section of frame.sections) {
      const applied = this.#section(section);
      if (outcome.ok) outcome = applied;
    }
    return outcome;
  }

  /** What changed since the last call, as texts; then nothing is dirty. */
  take(): {
    quotes: QuoteView[];
    replaceQuotes: boolean;
    books: BookView[];
    trades: TradesView[];
    dropped: number[];
  } {
    const quotes: QuoteView[] = [];
    for (const index of this.#dirtyQuotes) {
      const view = this.#quoteView(index);
      if (view) quotes.push(view);
    }
    const books: BookView[] = [];
    for (const index of this.#dirtyBooks) {
      const book = this.#books.get(index);
      const instrument = this.#instruments[index];
      if (book && instrument) books.push(ladderView(book, instrument));
    }
    const trades = [...this.#newTrades].map(([instrument, fresh]) => ({ instrument, ...fresh }));
    const replaceQuotes = this.#replaceQuotes;
    this.#replaceQuotes = false;
    this.#dirtyQuotes.clear();
    this.#dirtyBooks.clear();
    this.#newTrades.clear();
    const dropped = [...this.#dropped];
    this.#dropped.clear();
    return { quotes, replaceQuotes, books, trades, dropped };
  }

  /** The hour's change is known now: draw this instrument again. */
  touch(instrument: number): void {
    if (this.#quotes.has(instrument)) this.#dirtyQuotes.add(instrument);
  }

  #section(section: Section): Result<null> {
    switch (section.kind) {
      case 'quotes':
        return this.#readQuotes(section);
      case 'book':
        return this.#readBook(section);
      case 'trades':
        return this.#readTrades(section);
      case 'bars':
      case 'history':
      case 'statistics':
      case 'ticks':
        return ok(null);
    }
  }

  #readQuotes(section: Section): Result<null> {
    const read = readQuotes(section);
    if (!read.ok) return read;
    const { instrument, bid, bidSize, ask, askSize, last, receivedAt, state } = read.value;
    for (let row = 0; row < instrument.length; row++) {
      const index = instrument[row] ?? 0;
      const known = QUOTE_STATES[state[row] ?? 0];
      if (!known) return refuse('quote-state', `Quote state ${state[row] ?? 0} is not known.`);
      this.#quotes.set(index, {
        // A side without lots is not there, whatever its price says.
        bid: (bidSize[row] ?? 0) > 0 ? (bid[row] ?? 0) : 0,
        bidLots: bidSize[row] ?? 0,
        askLots: askSize[row] ?? 0,
        ask: (askSize[row] ?? 0) > 0 ? (ask[row] ?? 0) : 0,
        last: last[row] ?? 0,
        receivedAt: receivedAt[row] ?? 0,
        state: known,
      });
      this.#dirtyQuotes.add(index);
    }
    return ok(null);
  }

  #readBook(section: Section): Result<null> {
    const read = readBook(section);
    if (!read.ok) return read;
    const { base, ...update } = read.value;
    // On its way since before we looked elsewhere.
    if (!this.#watched.includes(update.instrument)) return ok(null);
    const before = this.#books.get(update.instrument);
    if (base === 0) this.#books.set(update.instrument, update);
    else if (before?.version === base) {
      this.#books.set(update.instrument, { ...update, ...applyLadder(before, update) });
    } else {
      // The ladder stays where it is, hatched, until its snapshot is here.
      if (before && before.version !== BROKEN) {
        this.#books.set(update.instrument, { ...before, version: BROKEN, state: 'resyncing' });
        this.#dirtyBooks.add(update.instrument);
      }
      return refuse('book-base', `The book builds on version ${base}, which is not here.`);
    }
    this.#dirtyBooks.add(update.instrument);
    return ok(null);
  }

  #readTrades(section: Section): Result<null> {
    const read = readTrades(section);
    if (!read.ok) return read;
    const { instrument, rows, first } = read.value;
    const meta = this.#instruments[instrument];
    if (!meta || !this.#watched.includes(instrument)) return ok(null);
    const next = this.#nextTrade.get(instrument);
    // Numbers wrap at 2^32: only their distance counts.
    const ahead = next === undefined ? 0 : (first - next) | 0;
    const fresh: TradeView[] = [];
    for (let row = Math.max(0, -ahead); row < rows.price.length; row++) {
      const ticks = rows.price[row] ?? 0;
      const lots = rows.size[row] ?? 0;
      fresh.push({
        number: (first + row) >>> 0,
        id: rows.tradeId[row] ?? 0,
        ticks,
        lots,
        price: priceText(ticks, meta),
        size: formatSize(lots as Lots, meta),
        side: SIDES[rows.aggressor[row] ?? -1] ?? null,
        at: rows.exchangeAt[row] ?? 0,
      });
    }
    if (ahead + rows.price.length >= 0) {
      this.#nextTrade.set(instrument, (first + rows.price.length) >>> 0);
    }
    // No more than the credit lets through between two pictures.
    const waiting = this.#newTrades.get(instrument);
    this.#newTrades.set(instrument, {
      trades: [...(waiting?.trades ?? []), ...fresh],
      replace: waiting?.replace ?? next === undefined,
      skipped: (waiting?.skipped ?? 0) + Math.max(0, ahead),
    });
    return ok(null);
  }

  #quoteView(index: number): QuoteView | null {
    const slot = this.#quotes.get(index);
    const instrument = this.#instruments[index];
    if (!slot || !instrument) return null;
    const both = slot.bid > 0 && slot.ask > 0;
    return {
      instrument: index,
      bid: slot.bid > 0 ? priceText(slot.bid, instrument) : '–',
      ask: slot.ask > 0 ? priceText(slot.ask, instrument) : '–',
      spread: both ? priceText(slot.ask - slot.bid, instrument) : '–',
      bidTicks: slot.bid,
      askTicks: slot.ask,
      bidLots: slot.bidLots,
      askLots: slot.askLots,
      lastTicks: slot.last,
      change: both ? this.#hour.change(index, slot.receivedAt, slot.bid + slot.ask) : null,
      state: slot.state,
      receivedAt: slot.receivedAt,
    };
  }
}
