import { formatMoney } from '../../ui/format.ts';

/** `+1 204.10`, `−88.00`, `±0.00`. */
export const change = (before: bigint, after: bigint): string => signedMoney(after - before);

export function signedMoney(value: bigint): string {
  const text = formatMoney(value < 0n ? -value : value);
  if (value === 0n) return `±${text}`;
  return `${value < 0n ? '−' : '+'}${text}`;
}

/** Part of the largest, 0 … 1, exactly enough for a bar. */
export function barOf(value: bigint, largest: bigint): number {
  const size = value < 0n ? -value : value;
  return largest > 0n ? Number((size * 1000n) / largest) / 1000 : 0;
}

/** `BTC-USDT, ETH-USDT and 3 more`. */
export function someOf(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
