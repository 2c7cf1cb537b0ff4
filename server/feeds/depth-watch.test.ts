import { beforeEach, describe, expect, it } from 'vitest';
import { liveTime } from './time.ts';
import { SystemClock } from '../clock.ts';
import { BEHIND_MS, DepthWatch } from './depth-watch.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { FeedRig } from './testing/feed-rig.ts';
import { emptyQuote } from './table.ts';

describe('the watch over changes of a book', () => {
  let watch: DepthWatch;
  beforeEach(() => {
    watch = new DepthWatch();
  });

  it('is content as long as the book reaches each ticker in time, however often it is ahead', () => {
    for (let at = 0; at < 10_000; at += 100) {
      watch.heard();
      // The book is always one update behind the newest ticker, never long behind the same one.
      expect(watch.ticker(at + 1, at, at)).toBe('fine');
    }
  });

  it('says behind when the book did not reach a ticker in 2 s, and silent when a snapshot did not help', () => {
    expect(watch.ticker(11, 10, 0)).toBe('fine');
    expect(watch.ticker(12, 10, BEHIND_MS)).toBe('fine');
    expect(watch.ticker(13, 10, BEHIND_MS + 1)).toBe('behind');
    watch.replaced();
    expect(watch.ticker(14, 13, 3000)).toBe('fine');
    expect(watch.ticker(15, 13, 3001 + BEHIND_MS)).toBe('silent');
    expect(watch.heard()).toBe(true);
    expect(watch.heard()).toBe(false);
  });

  it('takes a change in between for a sign of life', () => {
    watch.ticker(11, 10, 0);
    expect(watch.ticker(12, 10, 2001)).toBe('behind');
    watch.heard();
    watch.ticker(13, 10, 3000);
    expect(watch.ticker(14, 10, 5001)).toBe('behind');
  });
});

describe('a feed whose changes of one book stop while its best bid and offer goes on', () => {
  it('resyncs, reconnects once, then waits for a change, the other book live throughout', async () => {
    const venue = await new FakeVenue().start();
    const clock = new SystemClock();
    let shiftMs = 0;
    const time = { ...liveTime(clock), paceMs: () => clock.monotonicMicros() / 1000 + shiftMs };
    const rig = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl, clock, time });
    const quote = emptyQuote();
    const stateOf = (instrument: number): string => {
      rig.reader.readQuote(instrument, quote);
      return quote.state;
    };
    let update = 200;
    const ticker = (): void => {
      update += 1;
      venue.send(
        venue.tickerFrame('AAAUSDT', update, { price: '99.60', size: '1' }, { price: '100.50', size: '1' }),
      );
    };
    const silence = async (): Promise<void> => {
      const { frames } = rig.view;
      ticker();
      await rig.until('the ticker', () => rig.view.frames > frames);
      shiftMs += BEHIND_MS + 1;
      ticker();
    };
    try {
      rig.feed.start();
      await rig.until('live', () => rig.view.state === 'live');
      await silence();
      await rig.until('resynced', () => rig.view.resyncs === 1 && rig.view.state === 'live');
      expect(rig.view.reconnects).toBe(0);
      await silence();
      await rig.until('reconnected', () => rig.view.reconnects === 1 && rig.view.state === 'live');
      expect(rig.views.some(({ sentence }) => sentence.includes('AAA-USDT stay away'))).toBe(true);
      await silence();
      await rig.until('resynced again', () => rig.view.resyncs === 2 && rig.view.state === 'live');
      const asked = venue.requests.filter((path) => path === '/api/v3/depth').length;
      await silence();
      await rig.until('waits', () => stateOf(0) === 'resyncing');
      expect(stateOf(1)).toMatch(/live|quiet/);
      expect(rig.view.reconnects).toBe(1);
      expect(venue.requests.filter((path) => path === '/api/v3/depth')).toHaveLength(asked);
      venue.send(venue.change('AAAUSDT', [{ price: '99.70', size: '1' }]));
      await rig.until('in step again', () => rig.view.state === 'live' && stateOf(0) === 'live');
    } finally {
      rig.feed.stop();
      await venue.kill();
    }
  });
});
