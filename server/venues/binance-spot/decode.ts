import { z } from 'zod';
import { parsePrice, parseSize, type Instrument } from '../../../protocol/instrument.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { Balance, VenueOrder, VenueOrderState, VenueTrade } from '../types.ts';

const decimal = z.string().max(60);
const id = z.number().int();

/** An order in any answer of the REST face. Answers differ in which times and ids they carry. */
const orderSchema = z.object({
  symbol: z.string(),
  orderId: id,
  clientOrderId: z.string(),
  /** In answers to cancels, whose own id is then in `clientOrderId`. */
  origClientOrderId: z.string().optional(),
  price: decimal,
  origQty: decimal,
  executedQty: decimal,
  cummulativeQuoteQty: decimal.optional(),
  status: z.string(),
  timeInForce: z.string(),
  type: z.string(),
  side: z.enum(['BUY', 'SELL']),
  time: id.optional(),
  updateTime: id.optional(),
  transactTime: id.optional(),
  fills: z.array(z.object({ price: decimal, qty: decimal, tradeId: id })).optional(),
});
export const ordersSchema = z.array(orderSchema);
export { orderSchema };

export const cancelledSchema = z.array(z.looseObject({ symbol: z.string() }));

export const accountSchema = z.object({
  balances: z.array(z.object({ asset: z.string(), free: decimal, locked: decimal })),
});

/** binance-spot-api-docs, user-data-stream, "Order update". */
export const executionReportSchema = z.object({
  e: z.literal('executionReport'),
  E: id,
  s: z.string(),
  c: z.string(),
  C: z.string(),
  S: z.enum(['BUY', 'SELL']),
  o: z.string(),
  f: z.string(),
  q: decimal,
  p: decimal,
  x: z.string(),
  X: z.string(),
  r: z.string(),
  i: id,
  l: decimal,
  z: decimal,
  L: decimal,
  T: id,
  t: id,
  Z: decimal.optional(),
});

export type InstrumentOf = (symbol: string) => Instrument | undefined;

const STATES: Readonly<Record<string, VenueOrderState>> = {
  NEW: 'working',
  PENDING_NEW: 'working',
  PENDING_CANCEL: 'working',
  PARTIALLY_FILLED: 'partially-filled',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
};
const TYPES: Readonly<Record<string, string>> = {
  LIMIT: 'limit',
  MARKET: 'market',
  LIMIT_MAKER: 'post-only',
};

export function fromRest(row: z.infer<typeof orderSchema>, instrumentOf: InstrumentOf): VenueOrder {
  const instrument = instrumentOf(row.symbol);
  const at = (row.updateTime ?? row.transactTime ?? row.time ?? 0) * 1000;
  return {
    ...numbers(instrument, row.price, row.origQty, row.executedQty, row.cummulativeQuoteQty),
    venueOrderId: String(row.orderId),
    clientOrderId: row.origClientOrderId ?? row.clientOrderId,
    symbol: row.symbol,
    side: row.side === 'BUY' ? 'buy' : 'sell',
    type: TYPES[row.type] ?? row.type.toLowerCase(),
    timeInForce: row.timeInForce,
    state: stateOf(row.status),
    reason: null,
    at: at as Micros,
    trades: (row.fills ?? []).flatMap((fill) => {
      return trade(instrument, row.symbol, fill.tradeId, fill.price, fill.qty, at);
    }),
  };
}

export function fromReport(
  report: z.infer<typeof executionReportSchema>,
  instrumentOf: InstrumentOf,
): VenueOrder {
  const instrument = instrumentOf(report.s);
  const at = report.T * 1000;
  return {
    ...numbers(instrument, report.p, report.q, report.z, report.Z),
    venueOrderId: String(report.i),
    clientOrderId: report.C === '' ? report.c : report.C,
    symbol: report.s,
    side: report.S === 'BUY' ? 'buy' : 'sell',
    type: TYPES[report.o] ?? report.o.toLowerCase(),
    timeInForce: report.f,
    state: stateOf(report.X),
    reason: report.r === 'NONE' ? null : `The venue says ${report.r}.`,
    at: at as Micros,
    trades: report.x === 'TRADE' ? trade(instrument, report.s, report.t, report.L, report.l, at) : [],
  };
}

/** Free and locked together; of an asset whose numbers can't be read the total is unknown, not zero. */
export function balancesOf(account: z.infer<typeof accountSchema>): Balance[] {
  return account.balances.map(({ asset, free, locked }) => {
    const [a, b] = [readExact(free), readExact(locked)];
    if (a === null || b === null) return { asset, total: null };
    const digits = (a + b).toString().padStart(BALANCE_SCALE + 1, '0');
    return { asset, total: `${digits.slice(0, -BALANCE_SCALE)}.${digits.slice(-BALANCE_SCALE)}` };
  });
}

const BALANCE_SCALE = 12;

function readExact(text: string): bigint | null {
  const match = /^(\d{1,24})(?:\.(\d{1,12}))?$/.exec(text);
  return match ? BigInt((match[1] ?? '0') + (match[2] ?? '').padEnd(BALANCE_SCALE, '0')) : null;
}

/** What we don't know may still trade: it counts as working. */
function stateOf(status: string): VenueOrderState {
  return STATES[status] ?? 'working';
}

function numbers(
  instrument: Instrument | undefined,
  price: string,
  size: string,
  filled: string,
  quote: string | undefined,
): Pick<VenueOrder, 'instrument' | 'price' | 'size' | 'filled' | 'filledTickLots'> {
  if (!instrument) return { instrument: null, price: null, size: null, filled: null, filledTickLots: null };
  const ticks = parsePrice(price, instrument);
  const lots = parseSize(size, instrument);
  const done = parseSize(filled, instrument);
  return {
    instrument: instrument.index,
    price: ticks.ok && ticks.value > 0 ? ticks.value : null,
    size: lots.ok ? lots.value : null,
    filled: done.ok ? done.value : null,
    filledTickLots: quote === undefined ? null : tickLots(quote, instrument),
  };
}

/** Quote currency as ticks × lots, rounded to the nearest: the venue writes it with 8 decimals. */
function tickLots(quote: string, instrument: Instrument): bigint | null {
  const value = readExact(quote);
  if (value === null) return null;
  const scale = instrument.priceScale + instrument.sizeScale;
  const unit = BigInt(instrument.tickStep) * BigInt(instrument.lotStep);
  const [up, down] = [10n ** BigInt(scale), unit * 10n ** BigInt(BALANCE_SCALE)];
  return (value * up + down / 2n) / down;
}

function trade(
  instrument: Instrument | undefined,
  symbol: string,
  tradeId: number,
  price: string,
  size: string,
  at: number,
): VenueTrade[] {
  if (!instrument || tradeId < 0) return [];
  const ticks = parsePrice(price, instrument);
  const lots = parseSize(size, instrument);
  if (!ticks.ok || !lots.ok || !(lots.value > 0)) return [];
  const known = { price: ticks.value, size: lots.value, at: at as Micros };
  return [{ tradeId: `${symbol}-${tradeId}`, ...known }];
}
