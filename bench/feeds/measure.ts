import { formatPrice, formatSize, type Instrument } from '../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';
import type { Dialect } from '../../server/feeds/dialect.ts';
import { median } from '../lib/report.ts';
import { CcxtWay } from './ccxt.ts';
import { plainChecksum, type Proof } from './checksum.ts';
import { ALONE, FULL_READ, OurWay } from './ours.ts';
import type { PlainReader } from './plain.ts';
import type { RecordedFrames } from './recorded.ts';
import type { RecordedVenue } from './venue.ts';

const ROUNDS = 5;
/** What a run takes at least: short captures are played again, each time from the start. */
interface Least {
  readonly frames: number;
  /** Of processor. */
  readonly micros: number;
}
/** Not counted: the compiler works beside us, and on a busy machine it takes a while to be done with a way. */
const WARM_UP: Least = { frames: 5000, micros: 300_000 };
const A_RUN: Least = { frames: 1000, micros: 40_000 };
/** Levels a side in which the books must agree. */
const AGREED = 100;

/** `alone`: ours, when each frame comes by itself. */
const WAYS = ['ours', 'alone', 'plain', 'ccxt'] as const;
type WayName = (typeof WAYS)[number];
type Way = OurWay | PlainReader | CcxtWay;
type Kind = 'trades' | 'depth';

/** µs of processor a frame: the median of the rounds. */
export type Micros = Readonly<Record<WayName, number>>;

export interface Measured {
  readonly venue: string;
  /** null: the venue sends no checksum. */
  readonly proof: Proof | null;
  readonly rounds: number;
  readonly trades: Micros;
  readonly depth: Micros;
}

/** @throws Error when a way refuses a frame or ends with another book than the others. */
export async function measure(venue: RecordedVenue, proof: Proof | null): Promise<Measured> {
  const frames = await venue.read();
  const ways = waysOf(venue, frames.instrument, proof);
  const runs = { trades: noRuns(), depth: noRuns() };
  for (const name of WAYS) {
    run(ways[name], frames, 'trades', WARM_UP);
    run(ways[name], frames, 'depth', WARM_UP);
  }
  const finals = WAYS.map((name) => JSON.stringify(topOf(ways[name], frames)));
  if (new Set(finals).size !== 1) throw new Error(`The final books differ: ${cut(finals)}`);
  for (let round = 0; round < ROUNDS; round++) {
    // One after the other, each first in turn: what else the machine does falls on all alike.
    for (let turn = 0; turn < WAYS.length; turn++) {
      const name = WAYS[(round + turn) % WAYS.length] ?? 'ours';
      runs.trades[name].push(run(ways[name], frames, 'trades', A_RUN));
      runs.depth[name].push(run(ways[name], frames, 'depth', A_RUN));
    }
  }
  return {
    venue: venue.dialect.name,
    proof,
    rounds: ROUNDS,
    trades: mediansOf(runs.trades),
    depth: mediansOf(runs.depth),
  };
}

/** The same ones throughout, as a feed lives for hours: the compiler's work for a way dies with it. */
function waysOf(
  { dialect, plain, ccxt, checksum }: RecordedVenue,
  instrument: Instrument,
  proof: Proof | null,
): Readonly<Record<WayName, Way>> {
  const read = proof === 'none' ? unproven(dialect) : dialect;
  const own = proof === 'each' && checksum ? checksum : null;
  const ours = proof === 'ours' ? (dialect.rules.checksum?.(instrument) ?? null) : null;
  return {
    ours: new OurWay(read, instrument, FULL_READ),
    alone: new OurWay(read, instrument, ALONE),
    plain: plain(instrument, own ? plainChecksum(own, instrument) : ours),
    ccxt: new CcxtWay(ccxt, instrument, own),
  };
}

/** For this bench alone: no feed goes without. */
const unproven = (dialect: Dialect): Dialect => ({ ...dialect, rules: { ...dialect.rules, checksum: null } });

const noRuns = (): Record<WayName, number[]> => ({ ours: [], alone: [], plain: [], ccxt: [] });

const mediansOf = (runs: Record<WayName, number[]>): Micros => ({
  ours: median(runs.ours),
  alone: median(runs.alone),
  plain: median(runs.plain),
  ccxt: median(runs.ccxt),
});

const cut = (finals: readonly string[]): string => finals.map((final) => final.slice(0, 200)).join(' · ');

/** µs of processor a frame: what else the machine does counts little. Trades need no book. */
function run(way: Way, recorded: RecordedFrames, kind: Kind, least: Least): number {
  const frames = recorded[kind];
  const opening = kind === 'depth' ? recorded.opening : null;
  let micros = 0;
  let read = 0;
  while (read < least.frames || micros < least.micros) {
    way.begin(opening);
    const from = process.cpuUsage();
    for (const frame of frames) way.frame(frame);
    if (way instanceof OurWay) way.end();
    const { user, system } = process.cpuUsage(from);
    micros += user + system - ASKING_MICROS;
    read += frames.length;
  }
  if (way instanceof OurWay && way.faults > 0) throw new Error(`${way.faults} faults`);
  return micros / read;
}

/** What it takes to ask for the processor's time, so that short captures do not pay for it. */
const ASKING_MICROS = askingMicros();

function askingMicros(): number {
  const asks = 20_000;
  let micros = 0;
  for (let ask = 0; ask < asks; ask++) {
    const { user, system } = process.cpuUsage(process.cpuUsage());
    micros += user + system;
  }
  return micros / asks;
}

function topOf(way: Way, { instrument }: RecordedFrames): unknown {
  if (way instanceof CcxtWay) return [way.book.bids.slice(0, AGREED), way.book.asks.slice(0, AGREED)];
  const book = way instanceof OurWay ? way.market.sync.book : way.book;
  return [book.bids, book.asks].map((side) =>
    Array.from({ length: Math.min(AGREED, side.length) }, (_, row) => [
      Number(formatPrice(side.price(row) as Ticks, instrument)),
      Number(formatSize(side.size(row) as Lots, instrument)),
    ]),
  );
}
