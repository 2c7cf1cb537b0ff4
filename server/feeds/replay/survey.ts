import { z } from 'zod';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { CaptureFault, readCapture, type CaptureRecord } from './capture.ts';
import { derivedListing, derivedRemark, type Seen } from './derived-listing.ts';
import { recordedDialect, type RecordedDialect } from './recorded-dialect.ts';

/** What must be known of a capture before its first frame is played. */
export interface Survey {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly frames: number;
  /** In order of appearance. */
  readonly symbols: readonly string[];
  /** Symbols whose book can be built, with the time of the first snapshot. */
  readonly snapshots: ReadonlyMap<string, number>;
  /** Recorded REST candles: the past of the capture, there from the start. */
  readonly candles: readonly RecordedCandles[];
  /** Whose traffic it is: the id of the dialect that reads it. */
  readonly dialect: RecordedDialect;
  /** An exchangeInfo answer of exactly these symbols. */
  readonly listing: string;
  /** What is not as the venue said it, in a sentence; empty when all is. */
  readonly remark: string;
}

export interface RecordedCandles {
  readonly symbol: string;
  readonly interval: string;
  readonly text: string;
}

type RecordedFrame = Extract<CaptureRecord, { readonly kind: 'frame' }>;

const dataSchema = z.object({
  s: z.string(),
  p: z.string().optional(),
  q: z.string().optional(),
  b: z.union([z.string(), z.array(z.array(z.string()))]).optional(),
  B: z.string().optional(),
  a: z.union([z.string(), z.array(z.array(z.string())), z.number()]).optional(),
  A: z.string().optional(),
});
const frameSchema = z.object({ data: dataSchema });
const levelsSchema = z.array(z.array(z.string()));
const snapshotSchema = z.object({ bids: levelsSchema, asks: levelsSchema });
const listingSchema = z.looseObject({ symbols: z.array(z.looseObject({ symbol: z.string() })) });

/** Reads the whole capture once. Refused: no frames, an unusable line, a snapshot of no known symbol. */
export async function surveyCapture(file: string): Promise<Result<Survey>> {
  let firstAt = Infinity;
  let lastAt = -Infinity;
  let frames = 0;
  let listing: string | null = null;
  let dialect: RecordedDialect | null = null;
  const seen = new Map<string, Seen>();
  const snapshots = new Map<string, number>();
  const nameless: number[] = [];
  const named: Seen = { priceDecimals: 0, sizeDecimals: 0 };
  const candles: RecordedCandles[] = [];
  try {
    for await (const record of readCapture(file)) {
      if (record.kind === 'listing') listing ??= record.text;
      if (record.kind === 'candles') candles.push(record);
      if (record.kind === 'snapshot') {
        noteLevels(record.text, record.symbol === null ? named : seenOf(seen, record.symbol));
        if (record.symbol === null) nameless.push(record.at);
        else if (!snapshots.has(record.symbol)) snapshots.set(record.symbol, record.at);
      }
      if (record.kind !== 'frame') continue;
      frames += 1;
      firstAt = Math.min(firstAt, record.at);
      lastAt = Math.max(lastAt, record.at);
      dialect ??= recordedDialect(record.stream, record.text);
      note(record, seen, listing === null);
    }
  } catch (error) {
    if (error instanceof CaptureFault) return refuse(error.code, error.message);
    throw error;
  }
  const symbols = [...seen.keys()];
  if (frames === 0 || symbols.length === 0) return refuse('capture-empty', `${file} holds no market data.`);
  if (nameless[0] !== undefined) {
    const [only] = symbols;
    if (symbols.length > 1 || only === undefined) {
      return refuse('capture-snapshot', `${file} has a book snapshot without a symbol, and several symbols.`);
    }
    snapshots.set(only, nameless[0]);
    const own = seenOf(seen, only);
    own.priceDecimals = Math.max(own.priceDecimals, named.priceDecimals);
    own.sizeDecimals = Math.max(own.sizeDecimals, named.sizeDecimals);
  }
  dialect ??= 'binance-spot';
  const listed = listing === null ? null : filterListing(listing, symbols);
  return ok({
    firstAt,
    lastAt,
    frames,
    symbols,
    snapshots,
    candles,
    dialect,
    listing: listed ?? derivedListing(dialect, seen),
    remark: listed === null ? derivedRemark(seen) : '',
  });
}

function note({ stream, text }: RecordedFrame, seen: Map<string, Seen>, withDecimals: boolean): void {
  // A mark price is worked out to more decimals than anything trades in.
  if (!withDecimals || stream.includes('@markPrice')) {
    const symbol = /"s":"([^"]{1,40})"/.exec(text)?.[1];
    if (symbol !== undefined) seenOf(seen, symbol);
    return;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return; // the adapter's to refuse, with its bytes
  }
  const frame = frameSchema.safeParse(parsed);
  if (!frame.success) return;
  const { s, p, q, b, B, a, A } = frame.data.data;
  const decimals = seenOf(seen, s);
  notePair(decimals, p, q);
  notePair(decimals, undefined, B);
  notePair(decimals, undefined, A);
  for (const side of [b, a]) {
    if (typeof side === 'string') notePair(decimals, side, undefined);
    if (Array.isArray(side)) for (const level of side) notePair(decimals, level[0], level[1]);
  }
}

function noteLevels(text: string, decimals: Seen): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return;
  }
  const snapshot = snapshotSchema.safeParse(parsed);
  if (!snapshot.success) return;
  for (const level of [...snapshot.data.bids, ...snapshot.data.asks]) notePair(decimals, level[0], level[1]);
}

function notePair(decimals: Seen, price: string | undefined, size: string | undefined): void {
  decimals.priceDecimals = Math.max(decimals.priceDecimals, decimalsOf(price));
  decimals.sizeDecimals = Math.max(decimals.sizeDecimals, decimalsOf(size));
}

function seenOf(seen: Map<string, Seen>, symbol: string): Seen {
  const decimals = seen.get(symbol) ?? { priceDecimals: 0, sizeDecimals: 0 };
  seen.set(symbol, decimals);
  return decimals;
}

function decimalsOf(value: string | undefined): number {
  const fraction = value === undefined ? null : /^\d+\.(\d*?)0*$/.exec(value);
  return Math.min(fraction?.[1]?.length ?? 0, 12);
}

/** The venue's own entries of these symbols; null when one is missing. */
function filterListing(text: string, symbols: readonly string[]): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const listing = listingSchema.safeParse(parsed);
  if (!listing.success) return null;
  const wanted = new Set(symbols);
  const listed = listing.data.symbols.filter(({ symbol }) => wanted.has(symbol));
  return listed.length === wanted.size ? JSON.stringify({ ...listing.data, symbols: listed }) : null;
}
