import type { Fill } from '../../protocol/orders.ts';

/** What our fills of one instrument add up to, exactly, in both measures: which one counts its contract says. */
export interface Holding {
  /** Signed lots. */
  readonly size: number;
  /** Of what is paid in the quote currency: ticks × lots. */
  readonly linear: Tally;
  /** Of an inverse contract, which is paid in the base currency: lots ÷ ticks, in units of 10^-18. */
  readonly inverse: Tally;
}

export interface Tally {
  /** What the held lots cost. */
  readonly cost: bigint;
  readonly realised: bigint;
}

const NOTHING: Tally = { cost: 0n, realised: 0n };
export const FLAT: Holding = { size: 0, linear: NOTHING, inverse: NOTHING };

/** Units of the inverse measure in one lot a tick. */
export const INVERSE_UNITS = 10n ** 18n;

/** Average cost: a fill against the position takes its share of the cost and realises the difference. */
export function applyFill(
  holding: Holding,
  { side, price, size }: Pick<Fill, 'side' | 'price' | 'size'>,
): Holding {
  const signed = side === 'buy' ? size : 0 - size;
  const isAgainst = Math.sign(holding.size) === -Math.sign(signed) && holding.size !== 0;
  const closing = isAgainst ? Math.sign(signed) * Math.min(Math.abs(signed), Math.abs(holding.size)) : 0;
  const ticks = BigInt(price);
  const move = (tally: Tally, worth: (lots: bigint) => bigint): Tally => {
    // The share of the cost that leaves; the whole of it when the position closes, so nothing is left over.
    const share =
      closing === 0 ? 0n : (tally.cost * BigInt(Math.abs(closing))) / BigInt(Math.abs(holding.size));
    const closed = worth(BigInt(closing));
    const opened = worth(BigInt(signed)) - closed;
    return { cost: tally.cost - share + opened, realised: tally.realised - closed - share };
  };
  return {
    size: holding.size + signed,
    linear: move(holding.linear, (lots) => lots * ticks),
    // A contract of a fixed amount of quote is worth less of the base the higher the price: as a price of −1 ÷ it.
    inverse: move(holding.inverse, (lots) => (ticks > 0n ? (-lots * INVERSE_UNITS) / ticks : 0n)),
  };
}

/** Entry price × 1,000, in ticks, weighted by what was paid; null when flat. */
export function averageMilliTicks({ size, linear, inverse }: Holding, isInverse: boolean): number | null {
  if (size === 0) return null;
  const lots = BigInt(size) * 1000n;
  if (isInverse) return inverse.cost === 0n ? null : Number((-lots * INVERSE_UNITS) / inverse.cost);
  return Number((linear.cost * 1000n) / BigInt(size));
}
