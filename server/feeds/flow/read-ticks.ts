import type { TickSpan } from '../../../protocol/ticks.ts';
import type { ClockOffset } from '../clock-offset.ts';
import type { Market } from '../market.ts';

/** The trades of one instrument of a feed, as it numbers them. */
export interface VenueTicks extends Omit<TickSpan, 'clock'> {
  readonly instrument: number;
  readonly at: Float64Array;
  readonly price: Float64Array;
}

/** What was traded within this may still be under way, µs. */
const UNDER_WAY = 1_000_000;

/**
 * The trades of some of a feed's markets in the last `seconds`, as far as they are known without a break.
 *
 * @param venueNow µs of the venue's clock
 */
export function readTicks(
  markets: readonly Market[],
  instruments: readonly number[],
  seconds: number,
  venueNow: number,
  clock: Pick<ClockOffset, 'offsetMs' | 'uncertaintyMs'> | null,
): VenueTicks[] {
  const until = Math.floor(venueNow) - UNDER_WAY;
  const { offsetMs, uncertaintyMs } = clock ?? { offsetMs: Number.NaN, uncertaintyMs: Number.NaN };
  return instruments.flatMap((instrument) => {
    const market = markets[instrument];
    if (!market) return [];
    const read = market.flow.ticks.read(until - seconds * 1_000_000);
    return [{ instrument, until, offsetMs, uncertaintyMs, ...read }];
  });
}
