import type { Instrument } from '../../../protocol/instrument.ts';
import type { SameMarket } from '../../state/same-market.ts';

/** As many are asked about before a person chooses. */
const FIRST = 8;

/** The instrument that is looked at, the same market on other venues, and then the first of the list. */
export function chosenAtFirst(
  instruments: readonly Instrument[],
  selected: Instrument | null,
  markets: ReadonlyMap<number, SameMarket>,
): number[] {
  const same = selected === null ? [] : (markets.get(selected.index)?.members ?? []);
  const wanted = [
    ...(selected === null ? [] : [selected.index]),
    ...same.map(({ instrument }) => instrument.index),
    ...instruments.slice(0, FIRST).map(({ index }) => index),
  ];
  return [...new Set<number>(wanted)].slice(0, FIRST);
}
