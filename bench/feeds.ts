/**
 * `npm run bench -- feeds`: recorded frames of each venue decoded, checked and applied on one core, from
 * bytes to the shared table. Beside it, turn by turn on the same frames, `JSON.parse` with the same book
 * and ccxt.pro's own handler; every book must end as the others do. `-- feeds binance-usdm`: one venue.
 */
import { formatPrice, formatSize } from '../protocol/instrument.ts';
import type { Lots, Ticks } from '../protocol/units.ts';
import { haveCaptures } from '../server/feeds/testing/captures.ts';
import type { Book } from '../server/feeds/book.ts';
import type { BookSnapshot } from '../server/feeds/dialect.ts';
import { CcxtWay } from './feeds/ccxt.ts';
import { OurWay } from './feeds/ours.ts';
import { RECORDED, type RecordedFrames, type RecordedVenue } from './feeds/recorded.ts';
import { finish, median, printTable } from './lib/report.ts';

const ROUNDS = 5;
/** Before them, not counted: the compiler needs so many to be done with a way. */
const WARM_UP = { trades: 60_000, depth: 6000 };
/** A run is of at least so many frames: short captures are played again, each time from the start. */
const A_RUN = { trades: 10_000, depth: 3000 };
/** Levels a side in which the books must agree. */
const AGREED = 100;
const BARS = { tradeMicros: 1, depthTimesPlain: 3, tradeTimesCcxt: 15, depthTimesCcxt: 5 };

interface Way {
  begin(snapshot: BookSnapshot): void;
  frame(bytes: Buffer): void;
}
const WAYS = ['ours', 'plain', 'ccxt'] as const;
type WayName = (typeof WAYS)[number];
/** µs a frame, of each round. */
type Micros = Readonly<Record<WayName, number[]>>;

interface Measured {
  readonly venue: string;
  readonly trades: Micros;
  readonly depth: Micros;
}

async function measure(venue: RecordedVenue): Promise<Measured> {
  const frames = await venue.read();
  const trades: Micros = { ours: [], plain: [], ccxt: [] };
  const depth: Micros = { ours: [], plain: [], ccxt: [] };
  // The same ones throughout, as a feed lives for hours: the compiler's work for a way dies with it.
  const ways = {
    ours: new OurWay(venue.dialect, frames.instrument),
    plain: venue.plain(frames),
    ccxt: new CcxtWay(venue, frames.instrument),
  };
  for (const name of WAYS) {
    run(ways[name], frames, frames.trades, WARM_UP.trades);
    run(ways[name], frames, frames.depth, WARM_UP.depth);
  }
  for (let round = 0; round < ROUNDS; round++) {
    // One after the other, each first in turn: what else the machine does falls on all alike.
    for (let turn = 0; turn < WAYS.length; turn++) {
      const name = WAYS[(round + turn) % WAYS.length] ?? 'ours';
      trades[name].push(run(ways[name], frames, frames.trades, A_RUN.trades));
      depth[name].push(run(ways[name], frames, frames.depth, A_RUN.depth));
    }
  }
  return { venue: venue.dialect.name, trades, depth };
}

/** µs of processor a frame: what else the machine does counts little. */
function run(way: Way, recorded: RecordedFrames, frames: readonly Buffer[], least: number): number {
  const plays = Math.ceil(least / frames.length);
  let micros = 0;
  for (let play = 0; play < plays; play++) {
    way.begin(recorded.snapshot);
    const from = process.cpuUsage();
    for (const frame of frames) way.frame(frame);
    const { user, system } = process.cpuUsage(from);
    micros += user + system;
    check(way, recorded, frames === recorded.depth);
  }
  return micros / plays / frames.length;
}

const finals = new Map<RecordedFrames, string>();

/** @throws Error when a way refused something or its book is not the one of the others. */
function check(way: Way, frames: RecordedFrames, withBook: boolean): void {
  if (way instanceof OurWay && way.faults > 0) throw new Error(`${way.faults} faults`);
  if (!withBook) return;
  const final = JSON.stringify(topOf(way, frames));
  const other = finals.get(frames) ?? final;
  finals.set(frames, other);
  if (final !== other) throw new Error(`two final books: ${final.slice(0, 200)} and ${other.slice(0, 200)}`);
}

function topOf(way: Way, { instrument }: RecordedFrames): unknown {
  if (way instanceof CcxtWay) return [way.book.bids.slice(0, AGREED), way.book.asks.slice(0, AGREED)];
  const book = way instanceof OurWay ? way.market.sync.book : 'book' in way ? (way.book as Book) : null;
  if (!book) throw new Error('a way without a book');
  return [book.bids, book.asks].map((side) =>
    Array.from({ length: Math.min(AGREED, side.length) }, (_, row) => [
      Number(formatPrice(side.price(row) as Ticks, instrument)),
      Number(formatSize(side.size(row) as Lots, instrument)),
    ]),
  );
}

const times = (micros: Micros, peer: WayName): number => median(micros[peer]) / median(micros.ours);

if (!haveCaptures()) throw new Error('The bench needs the real captures (CWTS_CAPTURES).');
const measured: Measured[] = [];
const [, , only] = process.argv;
for (const venue of RECORDED.filter(({ dialect }) => only === undefined || dialect.id === only)) {
  process.stderr.write(`feeds: ${venue.dialect.name}\n`);
  measured.push(await measure(venue));
}
printTable(
  ['µs a frame, one core', 'ours', 'JSON.parse', 'ccxt.pro', 'times JSON.parse', 'times ccxt.pro'],
  measured.flatMap(({ venue, trades, depth }) =>
    [['trades', trades] as const, ['depth', depth] as const].map(([what, micros]) => [
      `${venue} ${what}`,
      ...WAYS.map((way) => median(micros[way])),
      times(micros, 'plain'),
      times(micros, 'ccxt'),
    ]),
  ),
);
const figures = measured.map(({ venue, trades, depth }) => ({
  venue,
  runs: trades.ours.length,
  tradeMicros: median(trades.ours),
  depthMicros: median(depth.ours),
  tradeTimesPlain: times(trades, 'plain'),
  tradeTimesCcxt: times(trades, 'ccxt'),
  depthTimesPlain: times(depth, 'plain'),
  depthTimesCcxt: times(depth, 'ccxt'),
}));
const pass =
  figures.length > 0 &&
  figures.every(
    (figure) =>
      figure.tradeMicros <= BARS.tradeMicros &&
      figure.depthTimesPlain >= BARS.depthTimesPlain &&
      figure.tradeTimesCcxt >= BARS.tradeTimesCcxt &&
      figure.depthTimesCcxt >= BARS.depthTimesCcxt,
  );
finish('feeds', pass, { figures, bars: BARS });
