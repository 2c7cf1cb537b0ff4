import { formatPrice, type Instrument } from '../../../protocol/instrument.ts';
import type { Ticks } from '../../../protocol/units.ts';
import type { MarkView } from '../../stream/port.ts';
import { formatAge } from '../../ui/format.ts';

/** Venues tell a mark at least each ten seconds, and what they told comes here each five: this is too old. */
const OLD_MS = 35_000;

/** Venues tell marks of contracts only. */
export const hasMark = ({ contract }: Pick<Instrument, 'contract'>): boolean => contract !== undefined;

/** A mark as a row shows it, with its age; `isOld`: it is only the last that is known. `nowMs`: server's clock. */
export function markText(
  instrument: Instrument,
  mark: MarkView | null,
  nowMs: number,
  pathStale: boolean,
): { readonly text: string; readonly isOld: boolean } {
  if (!mark || mark.price === null || mark.at === null) return { text: 'no data', isOld: false };
  const age = nowMs - mark.at / 1000;
  return {
    text: `${formatPrice(mark.price as Ticks, instrument)} · ${formatAge(age)}`,
    isOld: pathStale || mark.state !== 'live' || age > OLD_MS,
  };
}
