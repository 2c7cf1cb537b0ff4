import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatPrice, formatSize } from '../../../protocol/instrument.ts';
import type { Channel, Mishap } from '../../../protocol/feed-quality.ts';
import type { Lots, Ticks } from '../../../protocol/units.ts';
import { haveCaptures, readExpected } from '../testing/captures.ts';
import { withMishap } from '../testing/direct.ts';
import { OWN_CAPTURES, playDirect, readOwnCapture, type OwnCapture } from '../testing/binance-captures.ts';

const READ_MS = 120_000;
const STREAMS: Readonly<Record<Channel, string>> = {
  book: '@depth',
  ticker: '@bookTicker',
  trades: '@trade',
};

describe.skipIf(!haveCaptures())('Binance’s own captures', { timeout: READ_MS }, () => {
  describe.each(OWN_CAPTURES)('$file', ({ dialect, file }) => {
    let capture: OwnCapture = { instruments: [], records: [] };
    beforeAll(async () => {
      capture = await readOwnCapture(dialect, file);
    }, READ_MS);

    it('the book is the venue’s own best bid and offer at every update that both have', () => {
      const expected = readExpected('ws-binance')[file];
      const { markets, refusals, resyncs } = playDirect(dialect, capture.instruments, capture.records);
      const [market] = markets;
      const [instrument] = capture.instruments;
      if (!market || !instrument || !expected) throw new Error('nothing to compare');
      expect(refusals).toEqual([]);
      expect(resyncs).toEqual([]);
      expect(market.counts).toMatchObject({
        chained: expected.seq_ok,
        compared: expected.bbo_match,
        differed: 0,
      });
      const { bids, asks } = market.sync.book;
      const final = expected.final_books[instrument.symbol];
      const level = (price: number, size: number): number[] => [
        Number(formatPrice(price as Ticks, instrument)),
        Number(formatSize(size as Lots, instrument)),
      ];
      expect(level(bids.best, bids.bestSize)).toEqual(final?.best_bid.map(Number));
      expect(level(asks.best, asks.bestSize)).toEqual(final?.best_ask.map(Number));
      // Of a side that had more than 5,000 levels the far end was forgotten.
      const kept = (levels = 0): unknown => (levels > 5000 ? expect.any(Number) : levels);
      expect([bids.length, asks.length]).toEqual([kept(final?.bids), kept(final?.asks)]);
    });

    it('what `reveals` lists is noticed, wherever it happens', () => {
      const { instruments } = capture;
      const records = capture.records.slice(0, 1500);
      expect(playDirect(dialect, instruments, records).noticed).toBe(0);
      const bridged = records.findIndex((record) => !Buffer.isBuffer(record)) + 1;
      const [before, after] = [records.slice(0, bridged), records.slice(bridged)];
      const cases = Object.entries(dialect.reveals).flatMap(([channel, mishaps]) =>
        (Object.keys(mishaps) as Mishap[]).map((mishap) => ({ channel: channel as Channel, mishap })),
      );
      fc.assert(
        fc.property(fc.constantFrom(...cases), fc.nat(), ({ channel, mishap }, place) => {
          const isOf = (record: OwnCapture['records'][number]): boolean =>
            Buffer.isBuffer(record) && record.includes(STREAMS[channel]);
          // From the second on: the first change bridges the snapshot, whatever came before it.
          const count = after.filter(isOf).length;
          const harmed = withMishap(after, isOf, 1 + (place % (count - 2)), mishap);
          expect(playDirect(dialect, instruments, [...before, ...harmed]).noticed).toBeGreaterThan(0);
        }),
        { numRuns: 60 },
      );
    });
  });
});
