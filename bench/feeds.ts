/**
 * `npm run bench -- feeds`: recorded frames of each dialect decoded, checked and applied on one core, from
 * bytes to the shared table, which is written once a read of the socket: here reads are full, as those of
 * a thread that is busy. `alone`: each frame comes by itself and is written by itself. Beside it, turn by
 * turn on the same frames, `JSON.parse` with the same book and ccxt.pro's own handler; every book must
 * end as the others do. Where the venue sends a checksum, depth is measured thrice (`PROOFS`); the bars are
 * for what is proven on all sides. `-- feeds okx`: one dialect.
 * Then hostile messages of every dialect, from a seed; `-- feeds hostile`: these alone.
 */
import { haveCaptures } from '../server/feeds/testing/captures.ts';
import { PROOFS, type Proof } from './feeds/checksum.ts';
import { HOSTILE_HEADERS, isHostilePaid, measureHostile, worstOf } from './feeds/hostile.ts';
import { measure, type Measured } from './feeds/measure.ts';
import { RECORDED } from './feeds/venues/index.ts';
import { finish, printTable } from './lib/report.ts';

const HOSTILE_SEED = 20_261_121;
/** At most so many µs a trade, of Binance only; at least so many times as fast. */
const BARS = { binanceTradeMicros: 1, depthTimesPlain: 3, tradeTimesCcxt: 15, depthTimesCcxt: 5 };

interface Figures {
  readonly venue: string;
  /** Who worked the venue's checksum out; null: it sends none. */
  readonly proof: Proof | null;
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

const figuresOf = ({ venue, proof, rounds, trades, depth }: Measured): Figures => ({
  venue,
  proof,
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

/** As the words behind a venue's name. */
const PROOF_WORDS: Readonly<Record<Proof, string>> = {
  each: ', checksum by each',
  ours: ', checksum by our code, none by ccxt.pro',
  none: ', no checksum',
};
const proofText = (proof: Proof | null): string => (proof === null ? '' : PROOF_WORDS[proof]);

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

/** What is proven alike. */
const isBarred = (proof: Proof | null): boolean => proof === null || proof === 'each';

/** A trade has no checksum: once is enough. */
const kindsOf = (proof: Proof | null): readonly ('trades' | 'depth')[] =>
  isBarred(proof) ? ['trades', 'depth'] : ['depth'];

if (!haveCaptures()) throw new Error('The bench needs the real captures (CWTS_CAPTURES).');
const [, , only] = process.argv;
const measured: Measured[] = [];
for (const venue of RECORDED.filter(({ dialect }) => only === undefined || dialect.id === only)) {
  for (const proof of venue.checksum ? PROOFS : [null]) {
    process.stderr.write(`feeds: ${venue.dialect.name}${proofText(proof)}\n`);
    measured.push(await measure(venue, proof));
  }
}
printTable(
  ['µs a frame, one core', 'ours', 'alone', 'JSON.parse', 'ccxt.pro', 'times JSON.parse', 'times ccxt.pro'],
  measured.flatMap(({ venue, proof, ...kinds }) =>
    kindsOf(proof).map((kind) => {
      const { ours, alone, plain, ccxt } = kinds[kind];
      const name = `${venue} ${kind}${kind === 'depth' ? proofText(proof) : ''}`;
      return [name, ours, alone, plain, ccxt, plain / ours, ccxt / ours];
    }),
  ),
);
const hostile = only === undefined || only === 'hostile' ? measureHostile(HOSTILE_SEED) : [];
if (hostile.length > 0) printTable(HOSTILE_HEADERS, worstOf(hostile));
const figures = measured.map(figuresOf);
const missed = figures.filter(({ proof }) => isBarred(proof)).flatMap(missedBy);
const pass = figures.length + hostile.length > 0 && missed.length === 0 && isHostilePaid(hostile);
finish('feeds', pass, { missed, figures, bars: BARS, hostileSeed: HOSTILE_SEED, hostile });
