import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUY } from '../engine/order.ts';
import { readOrder } from '../exchange/request.ts';
import { startSim, type Sim } from '../start.ts';

let live: Sim;
let paper: Sim;

/** Resolves when `condition` holds; asked again after every live message that changes the paper book. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function order(asked: Record<string, string>) {
  const listing = paper.venue.bySymbol.get('ETHUSDT');
  if (!listing) throw new Error('ETHUSDT is not there');
  return paper.venue.exchange.place(readOrder({ get: (name) => asked[name] ?? null }, listing));
}

describe('paper trading against another venue', () => {
  beforeAll(async () => {
    live = await startSim({ instruments: 4, prerollSeconds: 30 });
    paper = await startSim({ paper: { rest: live.rest, ws: live.ws }, symbols: ['ETHUSDT', 'SOLUSDT'] });
  });
  afterAll(async () => {
    await paper.close();
    await live.close();
  });

  it('has the live venue’s instruments and books, and calls itself PAPER', async () => {
    const info = await fetch(`${paper.rest}/api/v3/exchangeInfo`);
    expect(info.headers.get('x-cwts-origin')).toBe('PAPER');
    const { symbols } = (await info.json()) as { symbols: { symbol: string; filters: unknown[] }[] };
    expect(symbols.map(({ symbol }) => symbol)).toEqual(['ETHUSDT', 'SOLUSDT']);
    expect(symbols[0]?.filters[0]).toMatchObject({ filterType: 'PRICE_FILTER', tickSize: '0.01000000' });
    const matcher = paper.venue.bySymbol.get('ETHUSDT')?.matcher;
    await until(() => matcher?.bids.depth === 20 && matcher.asks.depth === 20);
  });

  it('takes at live prices, and fills a resting order at its own price when live trades go through it', async () => {
    const listing = paper.venue.bySymbol.get('ETHUSDT');
    await until(() => listing?.matcher.asks.best() !== null);
    const taken = order({ side: 'BUY', type: 'MARKET', quantity: '0.01' });
    expect(taken).toMatchObject({ status: 'FILLED', side: BUY });
    expect(taken.fills[0]?.isMaker).toBe(false);
    const best = listing?.matcher.bids.best()?.ticks ?? 0;
    const price = (best / 100).toFixed(2);
    const resting = order({ side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price });
    expect(resting.status).toBe('NEW');
    // somebody sells through that price at the live venue
    const book = live.venue.bySymbol.get('ETHUSDT')?.matcher;
    const seller = book?.order(0, 1, Math.floor(best * 0.999), 5_000_000);
    if (seller) book?.submit(seller, 'ioc');
    await until(() => resting.status === 'FILLED');
    expect(resting.fills.map(({ ticks, isMaker }) => [ticks, isMaker])).toContainEqual([best, true]);
  });

  it('says in a sentence why it does not start', async () => {
    const nowhere = { rest: 'http://127.0.0.1:9', ws: 'ws://127.0.0.1:9' };
    await expect(startSim({ paper: nowhere, symbols: ['ETHUSDT'] })).rejects.toThrow(/cannot be reached/);
    const there = { rest: live.rest, ws: live.ws };
    await expect(startSim({ paper: there, symbols: ['NOPE'] })).rejects.toThrow(
      /cannot be reached|not traded/,
    );
    await expect(startSim({ paper: there })).rejects.toThrow(/--symbols/);
  });
});
