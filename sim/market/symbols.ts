import { AMOUNT_SCALE, type InstrumentSpec } from './spec.ts';

/** Groups whose members move together beyond the market as a whole. */
export const SECTORS = [
  'majors',
  'layer-1',
  'scaling',
  'defi',
  'exchange',
  'media',
  'data',
  'hedge',
] as const;
export type Sector = (typeof SECTORS)[number];

export interface Listed {
  readonly spec: InstrumentSpec;
  readonly sector: Sector;
}

/** Base asset, price in USDT, sector: plausible, not anybody's quote. */
const ASSETS: readonly (readonly [string, number, Sector])[] = [
  ['BTC', 61737.64, 'majors'],
  ['ETH', 2561.33, 'majors'],
  ['SOL', 148.3712, 'layer-1'],
  ['XRP', 0.52413, 'majors'],
  ['BNB', 541.27, 'exchange'],
  ['ADA', 0.381246, 'layer-1'],
  ['DOGE', 0.104127, 'media'],
  ['AVAX', 24.3915, 'layer-1'],
  ['LINK', 11.2474, 'data'],
  ['DOT', 4.4812, 'layer-1'],
  ['LTC', 63.842, 'majors'],
  ['BCH', 342.66, 'majors'],
  ['UNI', 6.7815, 'defi'],
  ['ATOM', 4.5623, 'layer-1'],
  ['ETC', 18.973, 'majors'],
  ['XLM', 0.094218, 'majors'],
  ['FIL', 3.7126, 'data'],
  ['NEAR', 4.2981, 'layer-1'],
  ['APT', 6.3174, 'layer-1'],
  ['ARB', 0.561347, 'scaling'],
  ['OP', 1.43218, 'scaling'],
  ['INJ', 19.8643, 'defi'],
  ['SUI', 0.987312, 'layer-1'],
  ['TIA', 5.1428, 'scaling'],
  ['SEI', 0.291473, 'scaling'],
  ['AAVE', 138.214, 'defi'],
  ['MKR', 1624.31, 'defi'],
  ['RUNE', 4.0125, 'defi'],
  ['ALGO', 0.131472, 'layer-1'],
  ['EGLD', 27.613, 'scaling'],
  ['SAND', 0.264513, 'media'],
  ['MANA', 0.287164, 'media'],
  ['AXS', 5.0372, 'media'],
  ['GALA', 0.0198431, 'media'],
  ['IMX', 1.28347, 'scaling'],
  ['GRT', 0.151283, 'data'],
  ['SNX', 1.41276, 'defi'],
  ['CRV', 0.298461, 'defi'],
  ['COMP', 46.127, 'defi'],
  ['LDO', 1.10482, 'defi'],
  ['STX', 1.64213, 'scaling'],
  ['ICP', 7.6134, 'data'],
  ['HBAR', 0.0531274, 'data'],
  ['VET', 0.0227416, 'data'],
  ['THETA', 1.29134, 'media'],
  ['CHZ', 0.0563182, 'media'],
  ['ENJ', 0.156214, 'media'],
  ['RENDER', 5.0861, 'data'],
  ['FET', 1.21743, 'data'],
  ['WLD', 1.55238, 'data'],
  ['JUP', 0.782146, 'exchange'],
  ['CAKE', 1.71342, 'exchange'],
  ['DYDX', 0.973124, 'exchange'],
  ['GMX', 27.341, 'exchange'],
  ['CRO', 0.0862471, 'exchange'],
  ['OKB', 39.412, 'exchange'],
  ['GT', 7.4126, 'exchange'],
  ['STRK', 0.412684, 'scaling'],
  ['PAXG', 2513.72, 'hedge'],
  ['XAUT', 2511.46, 'hedge'],
  ['XMR', 171.38, 'hedge'],
  ['ZEC', 29.174, 'hedge'],
  ['DASH', 24.861, 'hedge'],
  ['DCR', 12.4173, 'hedge'],
];

/**
 * The first `count` instruments, or those named by `symbols`. Ticks are finer than a twentieth of a basis
 * point, so that what rounding adds to a return stays small against its volatility. Past the named ones,
 * made-up names follow. Throws when a symbol is not among them.
 */
export function listing(count: number, symbols: readonly string[] = []): Listed[] {
  const all = Array.from({ length: Math.max(count, ASSETS.length) }, (_, index) => listed(index));
  if (symbols.length === 0) return all.slice(0, count);
  return symbols.map((symbol, index) => {
    const found = all.find(({ spec }) => spec.symbol === symbol);
    if (!found) throw new Error(`The simulated exchange has no instrument ${symbol}.`);
    return { ...found, spec: { ...found.spec, index } };
  });
}

function listed(index: number): Listed {
  const [base, price, sector] = ASSETS[index] ?? extra(index);
  const priceScale = base === 'BTC' ? 2 : Math.max(0, Math.ceil(Math.log10(2e5 / price)));
  const sizeScale = Math.min(5, Math.max(0, Math.floor(Math.log10(price)) + 1));
  const spec: InstrumentSpec = {
    index,
    symbol: `${base}USDT`,
    base,
    quote: 'USDT',
    priceScale,
    sizeScale,
    startTicks: Math.round(price * 10 ** priceScale),
    minLots: 1,
    maxLots: 9_000_000 * 10 ** Math.max(0, sizeScale - 2),
    minNotional: 5n * 10n ** BigInt(AMOUNT_SCALE),
    maxNotional: 9_000_000n * 10n ** BigInt(AMOUNT_SCALE),
  };
  return { spec, sector };
}

function extra(index: number): readonly [string, number, Sector] {
  const sector = SECTORS[index % SECTORS.length] ?? 'majors';
  return [`SIM${String(index + 1).padStart(4, '0')}`, 1 + (index % 97), sector];
}
