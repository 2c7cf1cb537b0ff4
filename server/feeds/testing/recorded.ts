import { SystemClock } from '../../clock.ts';
import { parsePrice, parseSize } from '../../../protocol/instrument.ts';
import type { Dialect } from '../dialect.ts';
import type { Market } from '../market.ts';
import { replayTime } from '../time.ts';
import { CaptureVenue, type CaptureVenueScript } from './capture-venue.ts';
import { readLines, type ExpectedFile } from './captures.ts';
import { FeedRig } from './feed-rig.ts';

/** What a cryptofeed capture holds: the bodies of REST answers by address, and the frames of its connection. */
export interface Recorded {
  readonly bodies: ReadonlyMap<string, string>;
  readonly frames: readonly string[];
}

export function readRecorded(folder: string, file: string): Recorded {
  const bodies = new Map<string, string>();
  const frames: string[] = [];
  for (const line of readLines(folder, file)) {
    if (line === '') continue;
    const record = JSON.parse(line) as { t: string; url?: string; data?: string };
    if (record.t === 'http') bodies.set(record.url ?? '', record.data ?? '');
    else if (record.t === 'recv') frames.push(record.data ?? '');
  }
  return { bodies, frames };
}

export interface Play extends Pick<CaptureVenueScript, 'answer' | 'begins' | 'rest'> {
  readonly dialect: Dialect;
  readonly symbols: readonly string[];
  readonly frames: readonly string[];
}

/** A real feed of a local server that plays the frames. Resolves once the feed has read all of them. */
export async function playRecorded({ dialect, symbols, frames, ...script }: Play): Promise<{
  readonly venue: CaptureVenue;
  readonly rig: FeedRig;
}> {
  const clock = new SystemClock();
  const venue = await new CaptureVenue({ ...script, frames: () => frames }).start();
  const { restUrl, wsUrl } = venue;
  const time = replayTime(clock, Infinity, () => clock.wallMicros());
  const rig = new FeedRig({ dialect, symbols, restUrl, wsUrl, clock, time });
  rig.feed.start();
  await venue.drained;
  return { venue, rig };
}

type FinalBook = ExpectedFile['final_books'][string];

/** Best prices and levels of a book, and what a capture's `expected.json` says of it, in the same form. */
export function booksOf({ instrument, sync: { book } }: Market, final: FinalBook): [object, object] {
  const level = ([price, size]: readonly [string, string]): unknown[] =>
    [parsePrice(price, instrument), parseSize(size, instrument)].map((read) => read.ok && read.value);
  return [
    {
      bid: [book.bids.best, book.bids.bestSize],
      ask: [book.asks.best, book.asks.bestSize],
      levels: [book.bids.length, book.asks.length],
    },
    { bid: level(final.best_bid), ask: level(final.best_ask), levels: [final.bids, final.asks] },
  ];
}

export const sum = (markets: readonly Market[], count: (counts: Market['counts']) => number): number =>
  markets.reduce((total, market) => total + count(market.counts), 0);
