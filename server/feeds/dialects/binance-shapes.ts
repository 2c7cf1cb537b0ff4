import { literalOf, type Literal } from '../literal.ts';

/**
 * How Binance writes a frame of each stream, letter for letter, with what varies in angle brackets.
 * `<symbol>`, `<SYMBOL>` and `<PAIR>` are the instrument's; the rest is read (`Part`).
 */
export interface Shapes {
  readonly trade: string;
  readonly ticker: string;
  readonly depth: string;
}

/**
 * What is read at a place, in groups of one way to read it; a part goes by its number. `whole` is passed
 * over.
 */
const WHOLES = ['eventAt', 'firstUpdate', 'lastUpdate', 'previousUpdate', 'tradeId', 'whole'] as const;
const PRICES = ['price', 'bid', 'ask'] as const;
const SIZES = ['size', 'bidSize', 'askSize'] as const;
/** Sides of a book; `flag` is passed over, `speed` is nothing, `@0ms` or the like. */
const OTHERS = ['bids', 'asks', 'seller', 'flag', 'speed'] as const;

export const PARTS = [...WHOLES, ...PRICES, ...SIZES, ...OTHERS] as const;
export type Part = (typeof PARTS)[number];
export const numberOf = (part: Part): number => PARTS.indexOf(part);

export const SPOT: Shapes = {
  trade:
    '{"stream":"<symbol>@trade","data":{"e":"trade","E":<eventAt>,"s":"<SYMBOL>","t":<tradeId>,"p":"<price>","q":"<size>","T":<whole>,"m":<seller>,"M":<flag>}}',
  ticker:
    '{"stream":"<symbol>@bookTicker","data":{"u":<lastUpdate>,"s":"<SYMBOL>","b":"<bid>","B":"<bidSize>","a":"<ask>","A":"<askSize>"}}',
  depth:
    '{"stream":"<symbol>@depth<speed>","data":{"e":"depthUpdate","E":<eventAt>,"s":"<SYMBOL>","U":<firstUpdate>,"u":<lastUpdate>,"b":<bids>,"a":<asks>}}',
};

const FUTURES_TRADE =
  '{"stream":"<symbol>@trade","data":{"e":"trade","E":<eventAt>,"T":<whole>,"s":"<SYMBOL>","t":<tradeId>,"p":"<price>","q":"<size>","X":"MARKET","m":<seller>}}';

export const USD_M: Shapes = {
  trade: FUTURES_TRADE,
  ticker:
    '{"stream":"<symbol>@bookTicker","data":{"e":"bookTicker","u":<lastUpdate>,"s":"<SYMBOL>","b":"<bid>","B":"<bidSize>","a":"<ask>","A":"<askSize>","T":<whole>,"E":<eventAt>}}',
  depth:
    '{"stream":"<symbol>@depth<speed>","data":{"e":"depthUpdate","E":<eventAt>,"T":<whole>,"s":"<SYMBOL>","U":<firstUpdate>,"u":<lastUpdate>,"pu":<previousUpdate>,"b":<bids>,"a":<asks>}}',
};

export const COIN_M: Shapes = {
  trade: FUTURES_TRADE,
  ticker:
    '{"stream":"<symbol>@bookTicker","data":{"u":<lastUpdate>,"e":"bookTicker","s":"<SYMBOL>","ps":"<PAIR>","b":"<bid>","B":"<bidSize>","a":"<ask>","A":"<askSize>","T":<whole>,"E":<eventAt>}}',
  depth:
    '{"stream":"<symbol>@depth<speed>","data":{"e":"depthUpdate","E":<eventAt>,"T":<whole>,"s":"<SYMBOL>","ps":"<PAIR>","U":<firstUpdate>,"u":<lastUpdate>,"pu":<previousUpdate>,"b":<bids>,"a":<asks>}}',
};

/** A shape of one instrument: the text before each part, and what comes behind the last. */
export interface Shape {
  readonly steps: readonly { readonly before: Literal; readonly part: number }[];
  readonly end: Literal;
}

export function shapeOf(shape: string, symbol: string): Shape {
  const text = shape
    .replaceAll('<symbol>', symbol.toLowerCase())
    .replaceAll('<SYMBOL>', symbol)
    .replaceAll('<PAIR>', symbol.split('_', 1)[0] ?? symbol);
  const steps = [...text.matchAll(/([^<]*)<(\w+)>/g)].map(([, before = '', part]) => ({
    before: literalOf(before),
    part: numberOf(part as Part),
  }));
  return { steps, end: literalOf(text.slice(text.lastIndexOf('>') + 1)) };
}
