import type { Micros, QuoteMicros } from '../../protocol/units.ts';

/** The numbers that the rules hold orders against, as one version that a person or the profile set. */
export interface Limits {
  /** Greatest value of one order. */
  readonly orderValue: QuoteMicros;
  /** Greatest value of one instrument's position, open orders on the worse side included. */
  readonly positionValue: QuoteMicros;
  /** Greatest value at risk of the whole book, a day at 99 %; null: there is no such limit. */
  readonly valueAtRisk: QuoteMicros | null;
  /** Greatest sum of the positions that move together; null: there is no such limit. */
  readonly clusterValue: QuoteMicros | null;
  /** Orders of the whole firm in any one second. */
  readonly ordersPerSecond: number;
  readonly version: number;
  readonly setBy: string;
  readonly since: Micros;
}

/** Millionths of a dollar as people read them: `$1,000,000.00`; cents are cut, not rounded. */
export function dollars(micros: bigint): string {
  const cents = (micros < 0n ? -micros : micros) / 10_000n;
  const whole = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${micros < 0n ? '-' : ''}$${whole}.${(cents % 100n).toString().padStart(2, '0')}`;
}
