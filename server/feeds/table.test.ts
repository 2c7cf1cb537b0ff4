import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { QUOTE_STATES } from '../../protocol/quotes.ts';
import { bundle } from './testing/bundle.ts';
import { runOf } from './testing/run-of.ts';
import {
  BOOK_DEPTH,
  MarketTableReader,
  MarketTableWriter,
  TRADE_RING,
  createMarketTable,
  emptyBook,
  emptyMark,
  emptyQuote,
  emptyTrades,
} from './table.ts';

const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const state = fc.constantFrom(...QUOTE_STATES);

describe('market table', () => {
  it('reads back every quote it was given, whole', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            instrument: fc.nat(3),
            quote: fc.record({
              bid: safe,
              bidSize: safe,
              ask: safe,
              askSize: safe,
              last: safe,
              exchangeAt: safe,
              receivedAt: safe,
              updates: fc.nat(0xffffffff),
              state,
            }),
          }),
          { maxLength: 40 },
        ),
        (writes) => {
          const table = createMarketTable(4);
          const writer = new MarketTableWriter(table);
          const reader = new MarketTableReader(table);
          const model = new Map<number, (typeof writes)[number]['quote']>();
          for (const { instrument, quote } of writes) {
            const before = reader.quoteVersion(instrument);
            writer.writeQuote(instrument, quote);
            model.set(instrument, quote);
            expect(reader.quoteVersion(instrument)).not.toBe(before);
          }
          for (let instrument = 0; instrument < 4; instrument++) {
            const into = emptyQuote();
            expect(reader.readQuote(instrument, into)).toBe(true);
            expect(into).toEqual(model.get(instrument) ?? emptyQuote());
          }
        },
      ),
    );
  });

  it('reads back books, and a state set later without touching their values', () => {
    const side = fc.array(fc.tuple(safe, safe), { maxLength: BOOK_DEPTH });
    fc.assert(
      fc.property(side, side, state, (bids, asks, later) => {
        const table = createMarketTable(1);
        const writer = new MarketTableWriter(table);
        const reader = new MarketTableReader(table);
        const book = emptyBook();
        bids.forEach(([price, size], row) => {
          book.bidPrice[row] = price;
          book.bidSize[row] = size;
        });
        asks.forEach(([price, size], row) => {
          book.askPrice[row] = price;
          book.askSize[row] = size;
        });
        book.bidRows = bids.length;
        book.askRows = asks.length;
        book.state = 'live';
        writer.writeBook(0, book);
        writer.setState(0, later);
        const into = emptyBook();
        expect(reader.readBook(0, into)).toBe(true);
        expect(into).toEqual({ ...book, state: later, version: reader.bookVersion(0) });
      }),
    );
  });

  it('forgets an instrument as if nothing had ever been written of it: nothing of it is missed', () => {
    const table = createMarketTable(2);
    const writer = new MarketTableWriter(table);
    const reader = new MarketTableReader(table);
    const trade = (id: number): void => writer.writeTrades(0, runOf(id));
    const into = emptyTrades();
    for (let id = 1; id <= 100; id++) trade(id);
    writer.writeQuote(0, { ...emptyQuote(), bid: 5, bidSize: 1, state: 'live' });
    writer.writeMark(0, { ...emptyMark(), receivedAt: 9 });
    const version = reader.quoteVersion(0);
    writer.forget(0);
    trade(7);
    expect(reader.readTrades(0, 0, into)).toBe(101);
    expect([into.rows, into.skipped, into.tradeId[0]]).toEqual([1, 0, 7]);
    expect(reader.readTrades(0, 50, into)).toBe(101);
    expect([into.rows, into.skipped]).toEqual([1, 0]);
    const quote = emptyQuote();
    expect(reader.readQuote(0, quote)).toBe(true);
    expect(quote).toEqual(emptyQuote());
    expect(reader.quoteVersion(0)).not.toBe(version);
    expect(reader.readMark(0, emptyMark())).toBe(false);
  });

  it('a mark has a state of its own, which is no fresher than its writer', () => {
    const table = createMarketTable(1);
    const writer = new MarketTableWriter(table);
    const reader = new MarketTableReader(table);
    const mark = emptyMark();
    const state = (): string => {
      expect(reader.readMark(0, mark)).toBe(true);
      return mark.state;
    };
    writer.setState(0, 'stale');
    writer.writeMark(0, { ...emptyMark(), markPrice: 7, receivedAt: 9, state: 'live' });
    expect(state()).toBe('live');
    writer.condemn('stale');
    expect(state()).toBe('stale');
    writer.absolve();
    writer.setMarkState(0, 'stale');
    expect([state(), mark.markPrice]).toEqual(['stale', 7]);
  });

  it('hands out each trade once, and says how many a slow reader missed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 200 })), { maxLength: 20 }),
        (bursts) => {
          const table = createMarketTable(1);
          const writer = new MarketTableWriter(table);
          const reader = new MarketTableReader(table);
          const into = emptyTrades();
          let written = 0;
          let since = 0;
          for (const [burst, atOnce] of bursts) {
            for (let left = burst; left > 0; left -= atOnce) {
              const ids = Array.from({ length: Math.min(left, atOnce) }, () => (written += 1));
              writer.writeTrades(0, runOf(...ids));
            }
            since = reader.readTrades(0, since, into);
            expect(since).toBe(written);
            expect(into.rows + into.skipped).toBe(burst);
            const kept = Math.min(burst, TRADE_RING);
            expect([...into.tradeId.subarray(0, into.rows)]).toEqual(
              Array.from({ length: kept }, (_, row) => written - kept + 1 + row),
            );
          }
        },
      ),
    );
  });

  it('shows no value as live once its writer is condemned, and versions say so', () => {
    const table = createMarketTable(1);
    const writer = new MarketTableWriter(table);
    const reader = new MarketTableReader(table);
    writer.writeQuote(0, { ...emptyQuote(), bid: 5, state: 'live' });
    const before = reader.quoteVersion(0);
    reader.condemn('stale');
    const into = emptyQuote();
    expect(reader.readQuote(0, into)).toBe(true);
    expect(into).toMatchObject({ bid: 5, state: 'stale' });
    expect(reader.quoteVersion(0)).not.toBe(before);
    writer.absolve();
    reader.readQuote(0, into);
    expect(into.state).toBe('live');
  });

  it('refuses an instrument outside the table and a buffer that is no table', () => {
    const reader = new MarketTableReader(createMarketTable(2));
    expect(() => reader.readQuote(2, emptyQuote())).toThrow('not in a market table of 2');
    expect(() => reader.readQuote(Number.NaN, emptyQuote())).toThrow(RangeError);
    expect(() => new MarketTableReader(new SharedArrayBuffer(64))).toThrow('not a market table');
  });
});

describe('market table between threads', () => {
  let code = '';
  beforeAll(async () => {
    code = await bundle(new URL('./table.ts', import.meta.url), 'cjs');
  });

  // Every field of a quote carries the same number, so that a torn read shows itself.
  const writerLoop = `
    const { workerData, parentPort } = require('node:worker_threads');
    const writer = new exports.MarketTableWriter(workerData.table);
    const book = exports.emptyBook();
    const run = new exports.TradeRun();
    book.bidRows = book.askRows = 20;
    let n = 0;
    for (;;) {
      n += 1;
      writer.writeQuote(0, { bid: n, bidSize: n, ask: n, askSize: n, last: n, exchangeAt: n, receivedAt: n, updates: n, state: 'live' });
      for (const column of [book.bidPrice, book.bidSize, book.askPrice, book.askSize]) column.fill(n);
      book.exchangeAt = n;
      writer.writeBook(0, book);
      run.add(n, n, n, n, n & 1);
      // Three at a time, and now and then more than the table has room for.
      if (n % 3 === 0 && n % 256 > 100) writer.writeTrades(0, run), run.clear();
      if (n === 1) parentPort.postMessage('writing');
    }`;

  const start = (table: SharedArrayBuffer): Worker =>
    new Worker(`const exports = {}; ${code}\n${writerLoop}`, { eval: true, workerData: { table } });

  it('never shows a torn quote, book or trade while another thread writes as fast as it can', async () => {
    const table = createMarketTable(1);
    const reader = new MarketTableReader(table);
    const worker = start(table);
    await once(worker, 'message');
    const quote = emptyQuote();
    const book = emptyBook();
    const trades = emptyTrades();
    let clean = 0;
    let since = 0;
    // Until the two threads have truly run side by side, however busy the machine is.
    let values = 0;
    let before = 0;
    for (let round = 0; (round < 20_000 || values < 3000) && round < 5_000_000; round++) {
      if (reader.readQuote(0, quote)) {
        clean += 1;
        const n = quote.bid;
        if (n !== before) values += 1;
        before = n;
        if (quote.bidSize !== n || quote.ask !== n || quote.last !== n || quote.receivedAt !== n)
          expect(quote).toBe('whole');
      }
      if (reader.readBook(0, book)) {
        const n = book.exchangeAt;
        for (const column of [book.bidPrice, book.bidSize, book.askPrice, book.askSize]) {
          if (column.some((value) => value !== n)) expect(book).toBe('whole');
        }
      }
      since = reader.readTrades(0, since, trades);
      for (let row = 0; row < trades.rows; row++) {
        const id = trades.tradeId[row];
        if (trades.price[row] !== id || trades.size[row] !== id || trades.exchangeAt[row] !== id)
          expect(id).toBe('whole');
        if (row > 0 && id !== (trades.tradeId[row - 1] ?? 0) + 1) expect(id).toBe('in order');
      }
    }
    await worker.terminate();
    expect(clean).toBeGreaterThan(0);
  });

  it('R-1 says unknown, not torn, when the writer was killed in mid-write, until a new one writes', () => {
    // The state such a death leaves: the sequence odd, some words new. Built by writing with a
    // writer whose last store never happens.
    for (const target of ['quote', 'book'] as const) {
      const table = createMarketTable(1);
      const reader = new MarketTableReader(table);
      const writer = new MarketTableWriter(table);
      writer.writeQuote(0, { ...emptyQuote(), bid: 1, ask: 2, state: 'live' });
      writer.writeBook(0, { ...emptyBook(), state: 'live' });
      const words = new Int32Array(table);
      const changed = words.slice();
      if (target === 'quote') writer.writeQuote(0, { ...emptyQuote(), bid: 7, ask: 8, state: 'live' });
      else writer.writeBook(0, { ...emptyBook(), exchangeAt: 7, state: 'live' });
      const sequenceAt = words.findIndex((word, at) => word === (changed[at] ?? 0) + 2 && word % 2 === 0);
      words[sequenceAt] = (words[sequenceAt] ?? 0) - 1;
      const quote = emptyQuote();
      const book = emptyBook();
      expect(reader.readQuote(0, quote)).toBe(target !== 'quote');
      expect(reader.readBook(0, book)).toBe(target !== 'book');

      const next = new MarketTableWriter(table);
      next.setState(0, 'stale');
      expect(reader.readQuote(0, quote)).toBe(target !== 'quote');
      next.writeQuote(0, { ...emptyQuote(), bid: 9, ask: 10, state: 'live' });
      next.writeBook(0, { ...emptyBook(), exchangeAt: 9, state: 'live' });
      expect(reader.readQuote(0, quote)).toBe(true);
      expect(quote).toMatchObject({ bid: 9, ask: 10 });
      expect(reader.readBook(0, book)).toBe(true);
    }
  });

  it('survives writers killed at any moment: unknown or whole, and the next writer recovers', async () => {
    const table = createMarketTable(1);
    const reader = new MarketTableReader(table);
    const quote = emptyQuote();
    for (let life = 0; life < 8; life++) {
      const worker = start(table);
      await once(worker, 'message');
      await worker.terminate();
      if (reader.readQuote(0, quote)) {
        expect(new Set([quote.bid, quote.bidSize, quote.ask, quote.askSize, quote.last]).size).toBe(1);
      }
    }
    new MarketTableWriter(table).writeQuote(0, { ...emptyQuote(), bid: 3, state: 'stale' });
    expect(reader.readQuote(0, quote)).toBe(true);
    expect(quote.bid).toBe(3);
  });
});
