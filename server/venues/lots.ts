import { parseDecimal } from '../../protocol/decimal.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Lots } from '../../protocol/units.ts';

/** A plain decimal in lots of this instrument, cut downwards; null when it can't be read. */
export function lotsOf(text: string, instrument: Instrument): Lots | null {
  const [whole = '', fraction = ''] = text.split('.');
  const cut = fraction.slice(0, instrument.sizeScale);
  const units = parseDecimal(cut === '' ? whole : `${whole}.${cut}`, instrument.sizeScale);
  return units.ok ? (Math.floor(units.value / instrument.lotStep) as Lots) : null;
}
