import { describe, expect, it } from 'vitest';
import { dialects } from '../../server/feeds/dialects/index.ts';
import { DirectMarkets } from '../../server/feeds/testing/direct.ts';
import { levelsOf, startOf } from './market.ts';
import { Batch, Numbers, Sequence, template, type Template } from './wire.ts';
import { floodVenues } from './venues/index.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0, 7);

/** The texts of frames in a row, as a WebSocket's client reads them. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    expect(bytes[at]).toBe(0x81);
    const short = bytes[at + 1] ?? 0;
    const [length, header] = short < 126 ? [short, 2] : [bytes.readUInt16BE(at + 2), 4];
    texts.push(bytes.toString('utf8', at + header, at + header + length));
    at += header + length;
  }
  return texts;
}

function written(
  templates: readonly Template[],
  numbers = new Numbers(),
  sequence = new Sequence(),
): string[] {
  const batch = new Batch();
  batch.begin(
    templates.reduce((sum, { bytes }) => sum + bytes.length, 0),
    NOW,
  );
  for (const one of templates) batch.add(one, numbers, sequence);
  return textsOf(batch.end());
}

describe('a frame that is written once', () => {
  it('has its times, numbers and ids each time anew, as wide as before', () => {
    const change = template('{"E":<ms>,"at":"<iso>","U":<first>,"u":<last>,"pu":<previous>,"n":<sequence>}', {
      step: 3,
    });
    const trade = template(`{"t":<trade>,"next":<after>,"${'x'.repeat(200)}":1}`);
    const texts = written([change, trade, change, trade]).map((text) => JSON.parse(text) as object);
    const first = { E: NOW, at: '2026-11-21T12:00:00.007000Z', U: 1e11 + 1, u: 1e11 + 3, pu: 1e11, n: 1e9 };
    expect(texts).toMatchObject([
      first,
      { t: 1e11, next: 1e11 + 4 },
      { ...first, U: 1e11 + 4, u: 1e11 + 6, pu: 1e11 + 3, n: 1e9 + 1 },
      { t: 1e11 + 1, next: 1e11 + 7 },
    ]);
  });
});

it('every dialect has a venue in the flood', () => {
  expect(new Set(floodVenues().map(({ dialect }) => dialect))).toEqual(new Set(dialects));
});

describe.each(floodVenues())('the flood of $dialect.name', ({ dialect, symbols, markets }) => {
  it('is what its dialect reads: chains whole, ids unique, checksums right, the book as it should be', () => {
    const listed = symbols.map((_, at) => markets[at]);
    expect(listed).toHaveLength(20);
    const market = listed[0];
    if (!market) throw new Error('no market');
    const direct = new DirectMarkets(dialect, [market.instrument]);
    const numbers = new Numbers();
    const sequence = new Sequence();
    const [only] = direct.markets;
    if (market.snapshot)
      for (const text of written([market.snapshot], numbers, sequence)) direct.frame(Buffer.from(text));
    else if (dialect.rules.snapshots === 'rest') {
      const { bids, asks } = startOf(market.turns);
      const sides = { bids: levelsOf(bids), asks: levelsOf(asks) };
      direct.snapshot(0, { lastUpdate: numbers.update, ...sides, limit: Infinity });
    }
    let trades = 0;
    for (let round = 0; round < 3; round++) {
      for (const text of written(market.cycle, numbers, sequence)) direct.frame(Buffer.from(text));
      trades += market.cycle.reduce((sum, one) => sum + one.trades, 0);
    }
    expect(direct.refusals).toEqual([]);
    expect(direct.resyncs.filter((cause) => cause !== 'refresh')).toEqual([]);
    expect(only?.counts.trades).toBe(trades);
    if (dialect.rules.snapshots === 'none') return;
    const book = only?.sync.book;
    const last = market.turns.at(-1)?.book;
    expect([book?.bids.best, book?.bids.bestSize]).toEqual(last?.bids[0]);
    expect([book?.asks.best, book?.asks.bestSize]).toEqual(last?.asks[0]);
    expect([book?.bids.length, book?.asks.length]).toEqual([last?.bids.length, last?.asks.length]);
    expect(only?.counts.failed).toBe(0);
    expect(only?.counts.differed).toBe(0);
  });
});
