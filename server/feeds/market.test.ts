import { beforeEach, describe, expect, it } from 'vitest';
import { instrument } from '../testing/orders.ts';
import { Market, type MarketRules } from './market.ts';
import { MarketMessage } from './market-message.ts';
import { MarketTableWriter, createMarketTable } from './table.ts';

const RULES: MarketRules = {
  chain: 'previous',
  bookDepth: 400,
  snapshots: 'stream',
  tradeIds: 'increasing',
  tickersNumbered: false,
  checksum: null,
};
type Side = readonly (readonly [number, number])[];

let market: Market;
let needed: string[];
beforeEach(() => {
  needed = [];
  market = new Market(instrument(0, 'AAAUSDT'), 0, RULES, new MarketTableWriter(createMarketTable(1)), {
    onSnapshotNeeded: (_, cause) => needed.push(cause),
    onDepthSilent: () => needed.push('silent'),
  });
});

function message(previous: number, update: number, bids: Side, asks: Side = []): MarketMessage {
  const depth = new MarketMessage();
  depth.previousUpdate = previous;
  depth.firstUpdate = Math.min(previous + 1, update);
  depth.lastUpdate = update;
  for (const [price, size] of bids) depth.bids.push(price, size);
  for (const [price, size] of asks) depth.asks.push(price, size);
  return depth;
}
const depth = (previous: number, update: number, bids: Side): unknown =>
  market.depth(message(previous, update, bids), 0, 0);
const snapshot = (update: number): unknown => market.snapshot(message(-1, update, [[5, 1]], [[9, 1]]), 0, 0);

describe('a book whose snapshot comes in the stream, with changes that name the one before', () => {
  it('follows its numbers when they start over, and the quote follows the book', () => {
    snapshot(1000);
    expect(depth(1000, 1007, [[6, 1]])).toBeNull();
    expect(depth(1007, 3, [[7, 1]])).toBeNull();
    expect(depth(3, 4, [[8, 2]])).toBeNull();
    expect(market.display.quote).toMatchObject({ bid: 8, bidSize: 2, ask: 9 });
    expect(market.counts.chained).toBe(3);
    snapshot(1);
    expect(market.display.quote).toMatchObject({ bid: 5, bidSize: 1 });
    expect(needed).toEqual([]);
  });

  it.each([
    ['one was lost', 1005, 1007, 'Updates 1001 to 1005 of AAA-USDT are missing.'],
    [
      'the one where the numbers start over was lost',
      3,
      4,
      'Update 4 of AAA-USDT does not follow update 1000.',
    ],
    ['one reaches back into the snapshot', 999, 1002, 'Update 1002 of AAA-USDT does not follow update 1000.'],
  ])('right behind the snapshot: %s', (_, previous, update, sentence) => {
    snapshot(1000);
    expect(depth(previous, update, [[6, 1]])).toEqual({ code: 'gap', sentence });
    expect(needed).toEqual(['gap']);
    expect(market.synced).toBe(false);
  });

  it('a loss where the numbers start over is found later too, and a message that came twice changes nothing', () => {
    snapshot(1000);
    depth(1000, 1007, [[6, 1]]);
    expect(depth(1000, 1007, [[6, 1]])).toMatchObject({ code: 'replayed' });
    expect([market.synced, market.display.quote.bid]).toEqual([true, 6]);
    expect(depth(3, 4, [[7, 1]])).toMatchObject({ code: 'gap' });
    expect([market.synced, market.display.quote.bid, needed]).toEqual([false, 6, ['gap']]);
  });

  it('counts no link where nothing is numbered, and a number among them is a gap', () => {
    snapshot(-1);
    expect(depth(-1, -1, [[6, 1]])).toBeNull();
    expect(market.display.quote.bid).toBe(6);
    expect(market.counts.chained).toBe(0);
    expect(depth(1000, 1007, [[7, 1]])).toMatchObject({ code: 'gap' });
  });
});
