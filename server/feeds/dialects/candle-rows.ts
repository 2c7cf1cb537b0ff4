import { z } from 'zod';
import { parsePrice, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Lots, Micros, Ticks } from '../../../protocol/units.ts';
import type { VenueCandle } from '../dialect.ts';
import { wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';

/** Open time in ms, open, high, low, close, volume, all as texts. */
const rowsSchema = listOf(
  z.tuple(
    [z.string().regex(/^\d{1,15}$/), z.string(), z.string(), z.string(), z.string(), z.string()],
    z.unknown(),
  ),
);

/** Candles as rows of texts, newest first, from a venue that does not count their trades; oldest first. */
export function readCandleRows(rows: unknown, instrument: Instrument): Result<VenueCandle[]> {
  const read = rowsSchema.safeParse(rows);
  if (!read.success) return refuse('schema', `The candles of ${instrument.name} are not candles.`);
  const candles: VenueCandle[] = [];
  for (const [openAt, open, high, low, close, volume] of read.data.reverse()) {
    const prices: Ticks[] = [];
    for (const text of [open, high, low, close]) {
      const price = parsePrice(text, instrument);
      if (!price.ok) return price;
      prices.push(price.value);
    }
    const lots = wholeLots(volume, instrument);
    if (!lots.ok) return lots;
    const [first, highest, lowest, last] = prices as [Ticks, Ticks, Ticks, Ticks];
    candles.push({
      candle: [(Number(openAt) * 1000) as Micros, first, highest, lowest, last, lots.value as Lots],
      trades: lots.value > 0 ? 1 : 0,
    });
  }
  return ok(candles);
}
