import { beforeEach, expect, it } from 'vitest';
import { instrument } from '../testing/orders.ts';
import { Market, type MarketRules } from './market.ts';
import { MarketMessage } from './market-message.ts';
import {
  MarketTableReader,
  MarketTableWriter,
  createMarketTable,
  emptyBook,
  emptyQuote,
  emptyTrades,
} from './table.ts';

const RULES: MarketRules = {
  chain: 'range',
  bookDepth: null,
  snapshots: 'stream',
  tradeIds: 'increasing',
  tickersNumbered: false,
  checksum:
    () =>
    ({ bids }) =>
      bids.best,
};

let market: Market;
let reader: MarketTableReader;
let readEnds: (() => void)[];
let versions: number[];
beforeEach(() => {
  const table = createMarketTable(1);
  reader = new MarketTableReader(table);
  readEnds = [];
  const writer = new MarketTableWriter(table, (write) => readEnds.push(write));
  market = new Market(instrument(0, 'AAAUSDT'), 0, RULES, writer, {
    // As a feed does.
    onSnapshotNeeded: () => market.display.setState('resyncing'),
    onDepthSilent: () => undefined,
  });
  market.snapshot(levels(1, 5, 9, 5), 1, 1);
  market.display.setState('live');
  endRead();
  versions = [reader.quoteVersion(0), reader.bookVersion(0)];
});

function endRead(): void {
  for (const end of readEnds.splice(0)) end();
}

function levels(update: number, bid: number, ask: number, checksum: number): MarketMessage {
  const message = new MarketMessage();
  message.firstUpdate = message.lastUpdate = update;
  message.bids.push(bid, update);
  message.asks.push(ask, update);
  message.checksum = checksum;
  return message;
}

function trade(tradeId: number): void {
  const message = new MarketMessage();
  Object.assign(message, { tradeId, price: tradeId, size: 1, eventAt: tradeId });
  expect(market.trade(message, tradeId, 1)).toBeNull();
}

function shown(): { best: number[]; quote: number; last: number; state: string } {
  const [quote, book] = [emptyQuote(), emptyBook()];
  expect([reader.readQuote(0, quote), reader.readBook(0, book)]).toEqual([true, true]);
  expect(book.state).toBe(quote.state);
  const best = [...book.bidPrice.subarray(0, book.bidRows)].slice(0, 1);
  return { best, quote: quote.bid, last: quote.last, state: quote.state };
}

it('what one read of a socket brought is written once, when it is read, and every trade is counted', () => {
  for (let id = 1; id <= 100; id++) trade(id);
  market.depth(levels(2, 6, 9, 6), 2, 2);
  market.depth(levels(3, 7, 9, 7), 3, 3);
  expect(shown()).toEqual({ best: [5], quote: 5, last: 0, state: 'live' });
  expect(readEnds).toHaveLength(1);
  endRead();
  expect(shown()).toEqual({ best: [7], quote: 7, last: 100, state: 'live' });
  expect([reader.quoteVersion(0), reader.bookVersion(0)]).toEqual(versions.map((version) => version + 1));
  const trades = emptyTrades();
  expect(reader.readTrades(0, 0, trades)).toBe(100);
  expect([trades.rows, trades.skipped, trades.tradeId[0], trades.tradeId[63]]).toEqual([64, 36, 37, 100]);
});

it('a state is told at once, behind the values that were believed before it', () => {
  market.depth(levels(2, 6, 9, 6), 2, 2);
  market.display.setState('stale');
  expect(shown()).toEqual({ best: [6], quote: 6, last: 0, state: 'stale' });
  endRead();
  expect(shown().state).toBe('stale');
});

it.each([
  ['whose checksum is of another one', levels(3, 7, 9, 8)],
  ['that is crossed', levels(3, 10, 9, 10)],
])('a book %s is never shown, whatever was believed in the same read', (_, spoilt) => {
  market.depth(levels(2, 6, 9, 6), 2, 2);
  expect(market.depth(spoilt, 3, 3)).not.toBeNull();
  expect(shown()).toEqual({ best: [5], quote: 6, last: 0, state: 'resyncing' });
  endRead();
  expect(shown()).toEqual({ best: [5], quote: 6, last: 0, state: 'resyncing' });
});
