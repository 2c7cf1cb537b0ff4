import type { Fill } from '../../protocol/orders.ts';

/** What our fills of one instrument add up to, exactly: money as price × size in ticks × lots. */
export interface Holding {
  /** Signed lots. */
  readonly size: number;
  /** What the held lots cost, signed as the size is. */
  readonly cost: bigint;
  readonly realised: bigint;
}
export const FLAT: Holding = { size: 0, cost: 0n, realised: 0n };

/** Average cost: a fill against the position takes its share of the cost and realises the difference. */
export function applyFill(holding: Holding, fill: Pick<Fill, 'side' | 'price' | 'size'>): Holding {
  const signed = fill.side === 'buy' ? fill.size : 0 - fill.size;
  const price = BigInt(fill.price);
  const against = Math.sign(holding.size) === -Math.sign(signed) && holding.size !== 0;
  if (!against) {
    return { ...holding, size: holding.size + signed, cost: holding.cost + price * BigInt(signed) };
  }
  const closing = Math.sign(signed) * Math.min(Math.abs(signed), Math.abs(holding.size));
  // The share of the cost that leaves; the whole of it when the position closes, so nothing is left over.
  const share = (holding.cost * BigInt(Math.abs(closing))) / BigInt(Math.abs(holding.size));
  const realised = holding.realised - price * BigInt(closing) - share;
  const opening = signed - closing;
  const size = holding.size + signed;
  return { size, cost: holding.cost - share + price * BigInt(opening), realised };
}

/** Volume-weighted entry price × 1,000, in ticks; null when flat. */
export function averageMilliTicks({ size, cost }: Holding): number | null {
  return size === 0 ? null : Number((cost * 1000n) / BigInt(size));
}
