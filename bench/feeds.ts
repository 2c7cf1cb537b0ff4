/**
 * `npm run bench -- feeds`: recorded frames of each dialect decoded, checked and applied on one core, from
 * bytes to the shared table, which is written once a read of the socket: here reads are full, as those of
 * a thread that is busy. `alone`: each frame comes by itself and is written by itself. Beside it, turn by
 * turn on the same frames, `JSON.parse` with the same book and ccxt.pro's own handler; every book must
 * end as the others do. `-- feeds okx`: one dialect.
 * Then hostile messages of every dialect, from a seed; `-- feeds hostile`: these alone.
 */
import { haveCaptures } from '../server/feeds/testing/captures.ts';
import { HOSTILE_HEADERS, isHostilePaid, measureHostile, worstOf } from './feeds/hostile.ts';
import { measure, type Measured } from './feeds/measure.ts';
import { RECORDED } from './feeds/venues/index.ts';
import { finish, printTable } from './lib/report.ts';

const HOSTILE_SEED = 20_261_121;
/** At most so many µs a trade, of Binance only; at least so many times as fast. */
const BARS = { binanceTradeMicros: 1, depthTimesPlain: 3, tradeTimesCcxt: 15, depthTimesCcxt: 5 };

interface Figures {
  readonly venue: string;
  readonly rounds: number;
  readonly tradeMicros: number;
  readonly depthMicros: number;
  /** Ours, when each frame comes by itself and the table is written after each. */
  readonly tradeAloneMicros: number;
  readonly depthAloneMicros: number;
  readonly tradeTimesPlain: number;
  readonly tradeTimesCcxt: number;
  readonly depthTimesPlain: number;
  readonly depthTimesCcxt: number;
}

const figuresOf = ({ venue, rounds, trades, depth }: Measured): Figures => ({
  venue,
  rounds,
  tradeMicros: trades.ours,
  depthMicros: depth.ours,
  tradeAloneMicros: trades.alone,
  depthAloneMicros: depth.alone,
  tradeTimesPlain: trades.plain / trades.ours,
  tradeTimesCcxt: trades.ccxt / trades.ours,
  depthTimesPlain: depth.plain / depth.ours,
  depthTimesCcxt: depth.ccxt / depth.ours,
});

/** The bars that were not reached. */
function missedBy(figures: Figures): string[] {
  const { venue, tradeMicros, tradeTimesCcxt, depthTimesPlain, depthTimesCcxt } = figures;
  const missed: string[] = [];
  const slow = venue.startsWith('Binance') && tradeMicros > BARS.binanceTradeMicros;
  if (slow) missed.push(`${venue}: a trade in ${BARS.binanceTradeMicros} µs`);
  if (tradeTimesCcxt < BARS.tradeTimesCcxt) missed.push(`${venue}: trades ${BARS.tradeTimesCcxt} × ccxt.pro`);
  if (depthTimesPlain < BARS.depthTimesPlain)
    missed.push(`${venue}: depth ${BARS.depthTimesPlain} × JSON.parse`);
  if (depthTimesCcxt < BARS.depthTimesCcxt) missed.push(`${venue}: depth ${BARS.depthTimesCcxt} × ccxt.pro`);
  return missed;
}

if (!haveCaptures()) throw new Error('The bench needs the real captures (CWTS_CAPTURES).');
const [, , only] = process.argv;
const measured: Measured[] = [];
for (const venue of RECORDED.filter(({ dialect }) => only === undefined || dialect.id === only)) {
  process.stderr.write(`feeds: ${venue.dialect.name}\n`);
  measured.push(await measure(venue));
}
printTable(
  ['µs a frame, one core', 'ours', 'alone', 'JSON.parse', 'ccxt.pro', 'times JSON.parse', 'times ccxt.pro'],
  measured.flatMap(({ venue, ...kinds }) =>
    (['trades', 'depth'] as const).map((kind) => {
      const { ours, alone, plain, ccxt } = kinds[kind];
      return [`${venue} ${kind}`, ours, alone, plain, ccxt, plain / ours, ccxt / ours];
    }),
  ),
);
const hostile = only === undefined || only === 'hostile' ? measureHostile(HOSTILE_SEED) : [];
if (hostile.length > 0) printTable(HOSTILE_HEADERS, worstOf(hostile));
const figures = measured.map(figuresOf);
const missed = figures.flatMap(missedBy);
const pass = figures.length + hostile.length > 0 && missed.length === 0 && isHostilePaid(hostile);
finish('feeds', pass, { missed, figures, bars: BARS, hostileSeed: HOSTILE_SEED, hostile });
