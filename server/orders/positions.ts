import type { Instrument } from '../../protocol/instrument.ts';
import type { Position } from '../../protocol/orders.ts';
import type { Lots, Micros } from '../../protocol/units.ts';
import type { Exposure } from '../gate/exposure.ts';
import { valueOf } from '../gate/value.ts';
import { averageMilliTicks, type Holding } from './holdings.ts';

/** One instrument's position as consoles see it. */
export function positionView(
  instrument: Instrument,
  holding: Holding,
  exposure: Exposure,
  venueSize: Lots | null,
  now: Micros,
): Position {
  return {
    instrument: instrument.index,
    size: holding.size as Lots,
    averageMilliTicks: averageMilliTicks(holding),
    venueSize,
    openBuy: exposure.openBuy as Lots,
    openSell: exposure.openSell as Lots,
    realised: valueOf(holding.realised, instrument)?.toString() ?? null,
    updatedAt: now,
  };
}
