import { SIGNALS, type Direction, type Reading, type SignalName } from '../../state/horizon-signals.ts';
import { ENOUGH, hitRate, type Tally } from '../../state/track-record.ts';
import { percent, signed } from '../analysis/analysis-words.ts';

export type Horizon = (typeof SIGNALS)[SignalName]['horizon'];

const TITLES: Readonly<Record<SignalName, string>> = {
  microprice: 'Microprice',
  flow: 'Order flow',
  momentum: 'Momentum',
  bands: 'Bands',
  regime: 'Volatility regime',
};

const UNITS: Readonly<Record<Exclude<SignalName, 'regime'>, string>> = {
  microprice: 'of the spread from the mid',
  flow: '× the mean best size in 60 s',
  momentum: 'deviations in 10 s',
  bands: 'deviations from the mean of 60 s',
};

const DIRECTIONS: Readonly<Record<`${Direction}`, string>> = { '1': 'up', '-1': 'down', '0': 'nothing' };

/** What a signal says now, and from what. */
export function signalWords(
  name: SignalName,
  { value, says }: Reading,
): { readonly title: string; readonly says: string; readonly basis: string } {
  const title = `${TITLES[name]} · next ${SIGNALS[name].ahead} s`;
  if (value === null) return { title, says: 'not known', basis: WAITS_FOR[name] };
  if (name === 'regime') {
    return { title, says: says === 1 ? 'wild' : 'calm', basis: `wild with ${percent(value)}` };
  }
  return { title, says: DIRECTIONS[says], basis: `${signed(value)} ${UNITS[name]}` };
}

const WAITS_FOR: Readonly<Record<SignalName, string>> = {
  microprice: 'needs both best prices',
  flow: 'needs changes of the best prices',
  momentum: 'needs 60 s, and a mid that moves',
  bands: 'needs 60 s, and a mid that moves',
  regime: 'needs 300 s, and two sizes of moves in them',
};

/** How often it was right; no rate below `ENOUGH`. */
export function recordWords(tally: Tally): { readonly rate: string; readonly detail: string } {
  const { judged, ties } = tally;
  const rate = hitRate(tally);
  const unmoved = ties > 0 ? `, ${ties} came out neither way` : '';
  if (!rate) return { rate: 'not enough', detail: `${judged} of ${ENOUGH} forecasts judged${unmoved}` };
  return {
    rate: percent(rate.rate),
    detail: `${percent(rate.low)} to ${percent(rate.high)} of n = ${judged}; a constant ${percent(rate.constant)}${unmoved}`,
  };
}
