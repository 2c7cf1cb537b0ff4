import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TapeReader } from './listing.ts';
import { Market, SLICE_MILLIS } from './market.ts';

const HOUR = 3_600_000;

/** Everything a client could see of `seconds` live seconds, as one hash. */
function eventHash(seed: number, seconds: number): string {
  const hash = createHash('sha256');
  const market = new Market(8, seed);
  const tape: TapeReader = {
    onTrade: (listing, trade) => hash.update(`${listing.spec.symbol}${JSON.stringify(trade)}`),
  };
  for (const listing of market.listings) listing.tape = tape;
  market.preroll(120);
  market.goLive(0, 120_000);
  for (let slice = 0; slice < seconds * 40; slice++) {
    for (const listing of market.slice(120_000 + slice * SLICE_MILLIS)) {
      hash.update(JSON.stringify(listing.takeDiff()));
    }
  }
  for (const listing of market.listings) hash.update(JSON.stringify(listing.seconds.all()));
  return hash.digest('hex');
}

/** Rows of log returns from rows of prices. */
function returns(prices: readonly (readonly number[])[]): number[][] {
  return prices.map((row) => row.slice(1).map((price, index) => Math.log(price / (row[index] ?? NaN))));
}

function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (row: readonly number[]): number => row.reduce((sum, value) => sum + value, 0) / row.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, index) => {
    const [dx, dy] = [value - mx, (y[index] ?? NaN) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xy / Math.sqrt(xx * yy);
}

/** How far estimates lie from the planted matrix, in standard errors (Fisher's z). */
function score(prices: readonly (readonly number[])[], truth: readonly (readonly number[])[]) {
  const rows = returns(prices);
  const scores: number[] = [];
  rows.forEach((row, i) => {
    rows.slice(0, i).forEach((other, j) => {
      const planted = truth[i]?.[j] ?? NaN;
      scores.push((Math.atanh(pearson(row, other)) - Math.atanh(planted)) * Math.sqrt(row.length - 3));
    });
  });
  const square = scores.reduce((sum, z) => sum + z * z, 0) / scores.length;
  return { rms: Math.sqrt(square), beyond: scores.filter((z) => Math.abs(z) > 3).length / scores.length };
}

describe('the simulated market', () => {
  it('repeats every event of a seed, and no other seed gives the same', () => {
    expect(eventHash(7, 20)).toBe(eventHash(7, 20));
    expect(eventHash(8, 20)).not.toBe(eventHash(7, 20));
  });

  it('plants its correlations within 3 standard errors: pre-rolled closes and live mids alike, T = 512', () => {
    const market = new Market(64, 7);
    market.preroll(3_600);
    market.goLive(0, HOUR);
    const closes = market.listings.map(({ seconds }) => {
      return seconds
        .all()
        .slice(-513)
        .map((kline) => kline.close);
    });
    const rolled = score(closes, market.truth.correlation);
    const mids: number[][] = market.listings.map(() => []);
    for (let slice = 0; slice < 513 * 40; slice++) {
      market.slice(HOUR + slice * SLICE_MILLIS);
      if (slice % 40 !== 39) continue;
      market.listings.forEach(({ matcher }, index) => {
        mids[index]?.push(((matcher.bids.best()?.ticks ?? NaN) + (matcher.asks.best()?.ticks ?? NaN)) / 2);
      });
    }
    const live = score(mids, market.truth.correlation);
    const liveCloses = market.listings.map(({ seconds }) =>
      seconds.range(HOUR, Infinity, 513).map((kline) => kline.close),
    );
    for (const { rms, beyond } of [rolled, live, score(liveCloses, market.truth.correlation)]) {
      expect(rms).toBeGreaterThan(0.8);
      expect(rms).toBeLessThan(1.2);
      expect(beyond).toBeLessThanOrEqual(0.01);
    }
  });

  it('trades every instrument in every second and keeps at least 20 levels a side, never crossed', () => {
    const market = new Market(64, 3);
    market.preroll(30);
    market.goLive(0, 30_000);
    for (let slice = 0; slice < 10 * 40; slice++) market.slice(30_000 + slice * SLICE_MILLIS);
    for (const { seconds, minutes, matcher } of market.listings) {
      const all = seconds.all();
      expect(all).toHaveLength(40);
      for (const kline of all) expect(kline.trades).toBeGreaterThan(0);
      expect(minutes.newest()?.trades).toBe(all.reduce((sum, kline) => sum + kline.trades, 0));
      expect(matcher.bids.depth).toBeGreaterThanOrEqual(20);
      expect(matcher.asks.depth).toBeGreaterThanOrEqual(20);
      expect(matcher.bids.best()?.ticks).toBeLessThan(matcher.asks.best()?.ticks ?? 0);
    }
  });

  it('keeps a half spread and ticks that are small against one second of volatility', () => {
    const market = new Market(64, 3);
    market.preroll(5);
    market.goLive(0, 5_000);
    for (const { matcher, spec } of market.listings) {
      const [bid, ask] = [matcher.bids.best()?.ticks ?? 0, matcher.asks.best()?.ticks ?? 0];
      expect((ask - bid) / 2 / ask).toBeLessThanOrEqual(0.25e-4);
      expect(1 / spec.startTicks).toBeLessThanOrEqual(0.05e-4);
    }
  });
});
