import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { binanceSpot } from './dialects/binance-spot.ts';
import { emptyBook, emptyQuote, emptyTrades } from './table.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { FeedRig } from './testing/feed-rig.ts';

const MAX_AGE_MS = 1500;
let venue: FakeVenue;
let rig: FeedRig;
beforeEach(async () => {
  venue = await new FakeVenue().start();
  const dialect = { ...binanceSpot, rules: { ...binanceSpot.rules, maxAgeMs: MAX_AGE_MS } };
  rig = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl, dialect });
});
afterEach(async () => {
  rig.feed.stop();
  await venue.kill();
});

const stateOf = (instrument: number): string => {
  const quote = emptyQuote();
  rig.reader.readQuote(instrument, quote);
  return quote.state;
};
const tradeIds = (): number[] => {
  const rows = emptyTrades();
  rig.reader.readTrades(0, 0, rows);
  return [...rows.tradeId.subarray(0, rows.rows)];
};
const bestBid = (): number => {
  const book = emptyBook();
  rig.reader.readBook(0, book);
  return book.bidPrice[0] ?? 0;
};

describe('a connection near its age', () => {
  it('is replaced while frames keep coming: no gap, nothing stale, every trade once', async () => {
    rig.feed.start();
    await rig.until('live', () => rig.view.state === 'live');
    const first: WebSocket[] = [...venue.sockets];
    const states = new Set<string>();
    let sent = 0;
    const step = (): void => {
      sent += 1;
      venue.send(venue.change('AAAUSDT', [{ price: '99.60', size: `0.${sent}` }]));
      venue.send(venue.tradeFrame('AAAUSDT', '99.60', '1'));
      states.add(stateOf(0)).add(stateOf(1));
    };
    const pulse = setInterval(step, 100);
    try {
      await rig.until('two connections', () => venue.sockets.size === 2);
      await rig.until('one again', () => venue.sockets.size === 1, 60_000);
      const after = sent + 3;
      await rig.until('more over the new one alone', () => sent >= after);
    } finally {
      clearInterval(pulse);
    }
    expect([...venue.sockets]).not.toEqual(first);
    await rig.until('all are there', () => rig.reader.tradeCount(0) === sent);
    const ids = tradeIds();
    expect(ids).toEqual(ids.map((_, at) => (ids[0] ?? 0) + at));
    expect(bestBid()).toBe(9960);
    expect(rig.feed.markets[0]?.sync.book.lastUpdate).toBe(100 + sent);
    expect([...states].filter((state) => state !== 'live' && state !== 'quiet')).toEqual([]);
    expect(rig.quarantined).toEqual([]);
    expect(rig.view).toMatchObject({ state: 'live', gaps: 0, resyncs: 0, reconnects: 0 });
    expect(venue.requests.filter((path) => path === '/api/v3/depth')).toHaveLength(2);
  });

  it('a replacement that is refused comes to nothing, and the old one goes on', async () => {
    rig.feed.start();
    await rig.until('live', () => rig.view.state === 'live');
    venue.subscribeReply = (id) => JSON.stringify({ error: { code: 2, msg: 'Too many' }, id });
    const [old] = [...venue.sockets];
    await rig.until('the refusal', () => rig.quarantined.some(({ code }) => code === 'subscription'));
    await rig.until('one connection', () => venue.sockets.size === 1);
    expect([...venue.sockets]).toEqual([old]);
    venue.send(venue.change('AAAUSDT', [{ price: '99.90', size: '1' }]));
    await rig.until('the change', () => bestBid() === 9990);
    expect(rig.view).toMatchObject({ state: 'live', gaps: 0, resyncs: 0, reconnects: 0 });
  });

  it('the old one dies before the new has everything: what it has stays in step, the rest is built anew', async () => {
    rig.feed.start();
    await rig.until('live', () => rig.view.state === 'live');
    const [old] = [...venue.sockets];
    await rig.until('two connections', () => venue.sockets.size === 2);
    await rig.until('subscribed', () => venue.received.length === 2);
    venue.send(venue.change('AAAUSDT', [{ price: '99.70', size: '1' }]));
    await rig.until('the change', () => bestBid() === 9970);
    old?.terminate();
    await rig.until('one connection', () => venue.sockets.size === 1);
    venue.send(venue.change('AAAUSDT', [{ price: '99.80', size: '1' }]));
    await rig.until('the next change', () => bestBid() === 9980 && rig.view.state === 'live');
    expect(rig.quarantined).toEqual([]);
    expect(rig.view).toMatchObject({ gaps: 0, reconnects: 0 });
    const asked = venue.requests.filter((path) => path === '/api/v3/depth').length;
    expect(asked).toBe(3);
  });
});
