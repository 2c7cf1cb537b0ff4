import { z } from 'zod';
import type { Contract } from '../../../protocol/contract.ts';
import { instrumentSchema, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { BookSnapshot, CandlesRange, DialectRest, Listing, RestCall } from '../dialect.ts';
import { Levels } from '../market-message.ts';
import { readCandleRows } from './candle-rows.ts';
import { contractOf } from './contracts.ts';
import { readLevels } from './levels.ts';
import { listOf } from './list-of.ts';
import { listInOrder, type ListedInstrument } from './listed.ts';
import { lotsOf, readStep } from './steps.ts';

const answerSchema = z.object({ code: z.literal('0'), data: z.array(z.unknown()) });
const instrumentEntry = z.object({
  instId: z.string(),
  baseCcy: z.string(),
  quoteCcy: z.string(),
  tickSz: z.string(),
  lotSz: z.string(),
  minSz: z.string(),
  maxLmtSz: z.string().optional(),
  /** Of a derivative: one contract is `ctVal` × `ctMult` of `ctValCcy`. */
  ctVal: z.string().optional(),
  ctMult: z.string().optional(),
  ctValCcy: z.string().optional(),
  ctType: z.string().optional(),
  settleCcy: z.string().optional(),
  state: z.string(),
});
const timeText = z.string().regex(/^\d{1,15}$/);
const bookEntry = z.object({
  asks: listOf(z.tuple([z.string(), z.string()], z.unknown())),
  bids: listOf(z.tuple([z.string(), z.string()], z.unknown())),
  seqId: z.number().int().min(0).default(-1),
});
const DEPTH = 400;
const KINDS = ['SPOT', 'SWAP', 'FUTURES'] as const;
type Kind = (typeof KINDS)[number];

/** https://www.okx.com/docs-v5/en/: public data and market data. */
export const okxRest: DialectRest = {
  instruments: (symbols) => listCall(kindsOf(symbols)[0] ?? 'SPOT'),
  moreInstruments(symbols, answers) {
    const kind = kindsOf(symbols)[answers.length];
    return kind ? listCall(kind) : null;
  },
  readInstruments,
  snapshot: ({ symbol }) => ({
    path: '/api/v5/market/books',
    query: { instId: symbol, sz: String(DEPTH) },
    weight: 1,
  }),
  readSnapshot,
  time: () => ({ path: '/api/v5/public/time', query: {}, weight: 1 }),
  readTime(answer) {
    const [time] = readAnswer(answer) ?? [];
    const read = z.object({ ts: timeText }).safeParse(time);
    return read.success ? ok(Number(read.data.ts)) : refuse('schema', "OKX's answer to the time is not one.");
  },
  candlesAPage: 100,
  candles,
  readCandles: (answer, instrument) => readCandleRows(readAnswer(answer), instrument),
  usedWeight: () => null,
};

/** OKX lists one kind of instrument an answer. */
function kindsOf(symbols: readonly string[] | 'all'): readonly Kind[] {
  if (symbols === 'all') return KINDS;
  const wanted = new Set(symbols.map(kindOf));
  return KINDS.filter((kind) => wanted.has(kind));
}

function kindOf(symbol: string): Kind {
  if (symbol.endsWith('-SWAP')) return 'SWAP';
  return /-\d{6}$/.test(symbol) ? 'FUTURES' : 'SPOT';
}

const listCall = (kind: Kind): RestCall => ({
  path: '/api/v5/public/instruments',
  query: { instType: kind },
  weight: 1,
});

/** The rows of an answer; null when it is an error or none of OKX's. */
function readAnswer(answer: unknown): readonly unknown[] | null {
  return answerSchema.safeParse(answer).data?.data ?? null;
}

function readInstruments(
  answers: unknown,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<Listing> {
  const bySymbol = new Map<string, unknown>();
  for (const answer of Array.isArray(answers) ? (answers as readonly unknown[]) : []) {
    const rows = readAnswer(answer);
    if (!rows) return refuse('schema', "OKX's list of instruments is not one.");
    for (const row of rows) {
      const named = z.object({ instId: z.string() }).safeParse(row);
      if (named.success) bySymbol.set(named.data.instId, row);
    }
  }
  return listInOrder('OKX', bySymbol, symbols, (row, index) => readInstrument(row, index, venue));
}

function readInstrument(row: unknown, index: number, venue: VenueId): Result<ListedInstrument> {
  const entry = instrumentEntry.safeParse(row);
  if (!entry.success) return refuse('schema', "OKX's entry is incomplete.");
  const { instId, baseCcy, quoteCcy, tickSz, lotSz, minSz, maxLmtSz, state } = entry.data;
  const tick = readStep(tickSz);
  // Of a contract in contracts, of a coin in coins.
  const lot = readStep(lotSz);
  if (!tick || !lot) return refuse('schema', 'OKX gives no tick or lot size.');
  const [base = '', quote = ''] = instId.split('-');
  const instrument = instrumentSchema.safeParse({
    index,
    venue,
    symbol: instId,
    name: instId.replace(/-SWAP$/, '-PERP'),
    base: baseCcy || base,
    quote: quoteCcy || quote,
    priceScale: tick.scale,
    tickStep: tick.step,
    sizeScale: lot.scale,
    lotStep: lot.step,
    minLots: Math.max(1, lotsOf(minSz, lot, 1)),
    maxLots: lotsOf(maxLmtSz ?? null, lot, Number.MAX_SAFE_INTEGER),
    minNotional: '0',
    ...(kindOf(instId) === 'SPOT' ? {} : { contract: contractIn(entry.data, base, quote) }),
  });
  if (!instrument.success) return refuse('schema', "OKX's entry is not usable.");
  return ok({ instrument: instrument.data, trades: state === 'live' });
}

function contractIn(entry: z.infer<typeof instrumentEntry>, base: string, quote: string): Contract {
  const { ctVal = null, ctMult = null, ctValCcy, ctType, settleCcy = null } = entry;
  const isLinear = ctType === 'linear' && ctValCcy === base;
  const isInverse = ctType === 'inverse' && ctValCcy === quote;
  return contractOf({
    kind: isLinear ? 'linear' : isInverse ? 'inverse' : null,
    factors: [ctVal, ctMult],
    settle: settleCcy,
  });
}

function readSnapshot(answer: unknown, instrument: Instrument): Result<BookSnapshot> {
  const book = bookEntry.safeParse(readAnswer(answer)?.[0]);
  if (!book.success) return refuse('schema', `The snapshot of ${instrument.name}'s book is not one.`);
  const bids = new Levels();
  const asks = new Levels();
  const fault = readLevels(book.data.bids, instrument, bids) ?? readLevels(book.data.asks, instrument, asks);
  if (fault) return { ok: false, error: fault };
  return ok({ lastUpdate: book.data.seqId, bids, asks, limit: DEPTH });
}

/** Candles of 1 s are in the history only, which has no candle that is still open. */
function candles({ symbol }: Instrument, { interval, limit, from, to }: CandlesRange): RestCall {
  const history = interval === '1s' || to !== undefined;
  return {
    path: history ? '/api/v5/market/history-candles' : '/api/v5/market/candles',
    query: {
      instId: symbol,
      bar: interval,
      limit: String(limit),
      // OKX pages backwards: `before` is for what is newer than it, `after` for what is older.
      ...(from === undefined ? {} : { before: String(Math.floor(from / 1000) - 1) }),
      ...(to === undefined ? {} : { after: String(Math.floor(to / 1000) + 1) }),
    },
    weight: 1,
  };
}
