import { parseDecimal } from '../../../protocol/decimal.ts';
import { parsePrice, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { Levels } from '../market-message.ts';

/**
 * Levels as decimal texts, into ticks and lots; the first fault, or null. A level that is not
 * on the tick is left out and counted: a book keeps orders from before its tick became larger
 * (seen at Binance, in a capture of 2021), and one of them must not cost the whole book.
 */
export function readLevels(
  rows: readonly (readonly [string, string, ...unknown[]])[],
  instrument: Instrument,
  into: Levels,
): Refusal | null {
  into.clear();
  for (const row of rows) {
    const level = readLevel(row[0], row[1], instrument);
    if (!level.ok && level.error.code === 'off-tick') into.offTick += 1;
    else if (!level.ok) return level.error;
    else into.push(level.value[0], level.value[1]);
  }
  return null;
}

/** One level: ticks and lots. */
export function readLevel(price: string, size: string, instrument: Instrument): Result<[number, number]> {
  const ticks = readPrice(price, instrument);
  if (!ticks.ok) return ticks;
  const lots = wholeLots(size, instrument);
  if (!lots.ok) return lots;
  return ok([ticks.value, lots.value]);
}

/** Whole ticks; `off-tick` when it lies between two. */
export function readPrice(text: string, instrument: Instrument): Result<number> {
  const price = parsePrice(text, instrument);
  if (price.ok || (price.error.code !== 'too-precise' && price.error.code !== 'wrong-tick')) return price;
  return refuse('off-tick', `${text.slice(0, 40)} is not on the tick of ${instrument.name}.`);
}

/**
 * A size of market data as whole lots. Orders from before a venue made a symbol's lots larger stay
 * in its book with sizes between two lots (seen at Binance, in captures of 2021 and 2024): they are cut down, so
 * that no more is shown than is there, but never to 0, which would remove the level.
 */
export function wholeLots(text: string, instrument: Instrument): Result<number> {
  const exact = parseDecimal(text, instrument.sizeScale);
  if (!exact.ok && exact.error.code !== 'too-precise') return exact;
  const cutText = text.slice(0, text.indexOf('.') + 1 + instrument.sizeScale).replace(/\.$/, '');
  const units = exact.ok ? exact : parseDecimal(cutText, instrument.sizeScale);
  if (!units.ok) return units;
  const lots = Math.trunc(units.value / instrument.lotStep);
  if (lots !== 0 || (exact.ok && units.value === 0)) return ok(lots);
  return ok(text.startsWith('-') ? -1 : 1);
}
