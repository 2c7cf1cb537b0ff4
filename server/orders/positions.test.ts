import { describe, expect, it } from 'vitest';
import type { Contract } from '../../protocol/contract.ts';
import { formatDecimal } from '../../protocol/decimal.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Lots, Micros, Ticks } from '../../protocol/units.ts';
import { NO_EXPOSURE } from '../gate/exposure.ts';
import { instrument } from '../testing/orders.ts';
import { applyFill, FLAT } from './holdings.ts';
import { positionView } from './positions.ts';

type Trade = readonly [side: 'buy' | 'sell', contracts: number, dollars: number];

/** Prices to a tenth, sizes in whole contracts. */
const contractOf = (contract: Contract): Instrument => ({
  ...instrument(0, 'BTCUSD_PERP'),
  ...{ base: 'BTC', quote: 'USD', priceScale: 1, tickStep: 1, sizeScale: 0, lotStep: 1, contract },
});
const inverse = (value: number): Instrument =>
  contractOf({ kind: 'inverse', value, scale: 0, settle: 'BTC' });

function after(of: Instrument, trades: readonly Trade[]) {
  const holding = trades.reduce(
    (held, [side, size, dollars]) =>
      applyFill(held, { side, size: size as Lots, price: (dollars * 10) as Ticks }),
    FLAT,
  );
  const { size, averageMilliTicks, realised } = positionView(of, holding, NO_EXPOSURE, null, 0 as Micros);
  return {
    size,
    entry: averageMilliTicks === null ? null : averageMilliTicks / 10_000,
    realised: realised && `${formatDecimal(BigInt(realised.amount), realised.decimals)} ${realised.currency}`,
  };
}

describe('the position of an inverse contract', () => {
  // size × contract value × direction × (1 ÷ entry − 1 ÷ exit), as Binance gives it for COIN-M; the entry of
  // several is the contracts ÷ the sum of each ÷ its price. The examples are of exchanges' help pages.
  it.each<[string, number, readonly Trade[], object]>([
    [
      'long, 1,000 of 1 USD from 5,000 to 5,500',
      1,
      [
        ['buy', 1000, 5000],
        ['sell', 1000, 5500],
      ],
      { size: 0, entry: null, realised: '0.01818181 BTC' },
    ],
    [
      'short, 1,000 of 1 USD from 5,000 to 4,500',
      1,
      [
        ['sell', 1000, 5000],
        ['buy', 1000, 4500],
      ],
      { size: 0, entry: null, realised: '0.02222222 BTC' },
    ],
    [
      'short, 1,000 of 100 USD from 100,000 to 80,000',
      100,
      [
        ['sell', 1000, 100_000],
        ['buy', 1000, 80_000],
      ],
      { size: 0, entry: null, realised: '0.25000000 BTC' },
    ],
    [
      'two entries: 1,000 at 5,000 and 2,000 at 6,000 are one at 5,625',
      1,
      [
        ['buy', 1000, 5000],
        ['buy', 2000, 6000],
      ],
      { size: 3000, entry: 5625, realised: '0.00000000 BTC' },
    ],
    [
      'a loss is rounded against us: long 1,000 of 1 USD from 5,500 to 5,000',
      1,
      [
        ['buy', 1000, 5500],
        ['sell', 1000, 5000],
      ],
      { size: 0, entry: null, realised: '-0.01818182 BTC' },
    ],
    [
      'turned: the rest is short at the price of the turn',
      100,
      [
        ['buy', 10, 50_000],
        ['sell', 15, 100_000],
      ],
      { size: -5, entry: 100_000, realised: '0.01000000 BTC' },
    ],
  ])('%s', (_, value, trades, position) => {
    expect(after(inverse(value), trades)).toEqual(position);
  });
});

describe('the position of what is paid in its quote', () => {
  it('a linear contract by its value, a spot pair by its price; of an unknown one nobody knows', () => {
    const trades = [
      ['buy', 10, 50_000],
      ['sell', 4, 50_100],
    ] as const;
    const linear = contractOf({ kind: 'linear', value: 1, scale: 2, settle: 'USDT' });
    const held = { size: 6, entry: 50_000 };
    expect(after(linear, trades)).toEqual({ ...held, realised: '4.000000 USD' });
    const { contract: _none, ...spot } = linear;
    expect(after(spot, trades)).toEqual({ ...held, realised: '400.000000 USD' });
    expect(after(contractOf({ kind: 'unknown' }), trades)).toEqual({ ...held, realised: null });
  });
});
