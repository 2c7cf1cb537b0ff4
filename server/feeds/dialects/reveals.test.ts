import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MISHAPS, type Mishap } from '../../../protocol/feed-quality.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { Dialect } from '../dialect.ts';
import { haveCaptures } from '../testing/captures.ts';
import { DirectMarkets, withMishap } from '../testing/direct.ts';
import { readRecorded } from '../testing/recorded.ts';
import { bybitLinear } from './bybit.ts';
import { okx } from './okx.ts';

interface Stream {
  readonly dialect: Dialect;
  readonly instruments: readonly Instrument[];
  readonly book: readonly string[];
  readonly trades: readonly string[];
}

const ofOne = (frames: readonly string[], start: string): string[] =>
  frames.filter((text) => text.startsWith(start) && !text.includes('"event"'));

function listing(
  dialect: Dialect,
  bodies: readonly (string | undefined)[],
  symbol: string,
): readonly Instrument[] {
  const answers = bodies.map((body) => JSON.parse(body ?? '{}') as unknown);
  const read = dialect.rest.readInstruments(answers, [symbol], 'test' as VenueId);
  if (!read.ok) throw new Error(read.error.sentence);
  return read.value.instruments;
}

/** The book of the capture of 2022, numbered and without checksums as OKX sends it today. */
function okxToday(): Stream {
  const { bodies, frames } = readRecorded('ws-cryptofeed', 'OKX.jsonl.gz');
  const book = ofOne(frames, '{"arg":{"channel":"books","instId":"BTC-USDT"}').map((text, at) => {
    const previous = at === 0 ? -1 : 1000 + 7 * (at - 1);
    const numbers = `"checksum":0,"seqId":${1000 + 7 * at},"prevSeqId":${previous}}]}`;
    return text.replace(/"checksum":-?\d+\}\]\}$/, numbers);
  });
  return {
    dialect: okx,
    instruments: listing(
      okx,
      [bodies.get('https://www.okx.com/api/v5/public/instruments?instType=SPOT')],
      'BTC-USDT',
    ),
    book,
    trades: ofOne(frames, '{"arg":{"channel":"trades","instId":"BTC-USDT"}'),
  };
}

function bybitRecorded(): Stream {
  const { bodies, frames } = readRecorded('ws-cryptofeed-v3', 'BYBIT_V5_LINEAR.jsonl.gz');
  const [list] = [...bodies].filter(([url]) => url.includes('category=linear')).map(([, body]) => body);
  return {
    dialect: bybitLinear,
    instruments: listing(bybitLinear, [list], 'SOLUSDT'),
    book: ofOne(frames, '{"topic":"orderbook.200.SOLUSDT"'),
    trades: ofOne(frames, '{"topic":"publicTrade.SOLUSDT"'),
  };
}

/** Another last digit of the first size: a well-formed lie that crosses no book. */
const changed = (frame: string): string =>
  frame.replace(
    /(\["[\d.]+","[\d.]*)(\d)"/,
    (_, head: string, digit: string) => `${head}${9 - Number(digit)}"`,
  );

function noticedOf({ dialect, instruments }: Stream, frames: readonly string[]): number {
  const markets = new DirectMarkets(dialect, instruments);
  for (const text of frames) markets.frame(Buffer.from(text));
  return markets.noticed;
}

/** What is noticed when it befalls the message at this place. */
const befalls = (stream: Stream, frames: readonly string[], at: number, mishap: Mishap): boolean =>
  noticedOf(
    stream,
    withMishap(frames, () => true, at, mishap, changed),
  ) > 0;

describe.skipIf(!haveCaptures())('what can befall a message, anywhere in a capture', () => {
  const streams = haveCaptures()
    ? ([
        ['OKX, numbered as today', okxToday()],
        ['Bybit', bybitRecorded()],
      ] as const)
    : [];

  it.each(streams)('%s: nothing is noticed where nothing befell', (_, stream) => {
    expect([stream.book.length > 50, stream.trades.length > 10]).toEqual([true, true]);
    expect(noticedOf(stream, stream.book)).toBe(0);
    expect(noticedOf(stream, stream.trades)).toBe(0);
  });

  describe.each(streams)('%s', (_, stream) => {
    /** Always noticed where the dialect says so; elsewhere only by luck, so that it must be missed somewhere. */
    const judge = (seen: readonly { at: number; noticed: boolean }[], isRevealed: boolean): void => {
      const missed = seen.filter(({ noticed }) => !noticed);
      if (isRevealed) expect(missed).toEqual([]);
      else expect(missed).not.toEqual([]);
    };

    it.each(MISHAPS)('a book’s %s message', (mishap) => {
      const { book, dialect } = stream;
      // Behind the snapshot, and with messages behind it to show the loss.
      const places = fc.sample(fc.integer({ min: 1, max: book.length - 4 }), 40);
      const seen = places.map((at) => ({
        at,
        noticed: befalls(stream, book.slice(0, at + 4), at, mishap),
      }));
      judge(seen, mishap in dialect.reveals.book);
    });

    it.each(MISHAPS)('a %s message of trades', (mishap) => {
      const { trades, dialect } = stream;
      const seen = trades.slice(0, -2).map((_one, at) => ({
        at,
        noticed: befalls(stream, trades, at, mishap),
      }));
      judge(seen, mishap in dialect.reveals.trades);
    });
  });
});
