import type { Instrument } from '../../protocol/instrument.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import type { KernelRow } from './port.ts';

/** Which instruments are computed: what is held first, then as they are listed. No two are called the same. */
export function rowsOf(
  instruments: readonly Pick<Instrument, 'index' | 'name' | 'venue'>[],
  held: ReadonlySet<InstrumentIndex>,
  most: number,
): KernelRow[] {
  const first = instruments.filter(({ index }) => held.has(index));
  const rest = instruments.filter(({ index }) => !held.has(index));
  const chosen = [...first, ...rest].slice(0, most).sort((a, b) => a.index - b.index);
  const times = new Map<string, number>();
  for (const { name } of chosen) times.set(name, (times.get(name) ?? 0) + 1);
  return chosen.map(({ index, name, venue }) => ({
    index,
    name: times.get(name) === 1 ? name : `${name} · ${venue}`,
  }));
}
