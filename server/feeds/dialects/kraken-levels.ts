import { parseSize, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { Levels } from '../market-message.ts';
import type { Scanner } from '../scanner.ts';
import { readPrice } from './levels.ts';
import { stepsOf, type Units } from './units.ts';

export interface KrakenLevel {
  readonly price: string;
  readonly qty: string;
}

/** Of a price. */
const NO_TICK = new Set(['off-tick', 'too-large']);

/**
 * Levels of Kraken's book, whose checksum is over the digits as sent: a price or a size with other
 * decimals than the instrument's would be other digits than those of our whole numbers, so it is
 * refused (`precision`). A size of 0, which removes a level, is in no checksum. Strange levels far from
 * the market do not cost the whole book, and among the ten best the checksum tells of them: one off the
 * tick or beyond 2^53 ticks (XMR was offered for 99,999,997 in 2021) is left out and counted, a size
 * beyond 2^53 lots is cut down, so that no more is shown than is there.
 */
export function readExactLevels(
  rows: readonly KrakenLevel[],
  instrument: Instrument,
  into: Levels,
): Refusal | null {
  into.clear();
  for (const { price, qty } of rows) {
    const level = readExactLevel(price, qty, instrument);
    if (!level.ok && NO_TICK.has(level.error.code)) into.offTick += 1;
    else if (!level.ok) return level.error;
    else into.push(level.value[0], level.value[1]);
  }
  return null;
}

function readExactLevel(price: string, qty: string, instrument: Instrument): Result<[number, number]> {
  const ticks = readPrice(price, instrument);
  if (!ticks.ok) return ticks;
  const { priceScale, sizeScale } = instrument;
  if (decimalsOf(price) !== priceScale) return otherPrecision(price, instrument);
  const size = parseSize(qty, instrument);
  if (size.ok && size.value === 0) return ok([ticks.value, 0]);
  const isTooLarge = !size.ok && size.error.code === 'too-large';
  if (!size.ok && !isTooLarge) return size;
  if (decimalsOf(qty) !== sizeScale) return otherPrecision(qty, instrument);
  return ok([ticks.value, size.ok ? size.value : Number.MAX_SAFE_INTEGER]);
}

/** The price at `scan` in ticks; −1 unless it is written with exactly the instrument's decimals, on its tick. */
export function scanExactPrice(scan: Scanner, { priceScale, tickStep }: Units): number {
  const units = scan.number(priceScale);
  if (units < 0 || scan.decimals !== priceScale) return -1;
  return stepsOf(units, tickStep);
}

/** The size at `scan` in lots; −1 unless it is 0 or written with exactly the instrument's decimals. */
export function scanExactSize(scan: Scanner, { sizeScale, lotStep }: Units): number {
  const units = scan.number(sizeScale);
  if (units < 0 || (units > 0 && scan.decimals !== sizeScale)) return -1;
  return stepsOf(units, lotStep);
}

function decimalsOf(text: string): number {
  const dot = text.indexOf('.');
  return dot < 0 ? 0 : text.length - dot - 1;
}

function otherPrecision(text: string, { name, priceScale, sizeScale }: Instrument): Result<never> {
  const sentence = `${text.slice(0, 40)} is not in the precision of ${name} (${priceScale} decimals of a price, ${sizeScale} of a size): its checksum would be of another text.`;
  return refuse('precision', sentence);
}
