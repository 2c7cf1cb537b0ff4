import { expect, it } from 'vitest';
import type { VenueId } from '../../protocol/units.ts';
import { haveSeveralVenues, instrumentLabel, isFound } from './instrument-label.ts';

const at = (venue: string, name: string) => ({ name, venue: venue as VenueId });
const [btc, eth] = [at('sim', 'BTC-USDT'), at('sim', 'ETH-USDT')] as const;
const other = at('kraken', 'BTC-USDT');

it('names the venue only where several are listed', () => {
  expect([[], [btc], [btc, eth], [btc, eth, other]].map(haveSeveralVenues)).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect([instrumentLabel(btc, false), instrumentLabel(other, true)]).toEqual([
    'BTC-USDT',
    'BTC-USDT · kraken',
  ]);
});

it('finds an instrument by name, by venue and by both, in any order and case', () => {
  const found = (text: string) => [btc, eth, other].filter((each) => isFound(each, text));
  expect(found('')).toEqual([btc, eth, other]);
  expect(found('btc')).toEqual([btc, other]);
  expect(found('KRA')).toEqual([other]);
  expect(found('sim btc')).toEqual([btc]);
  expect(found('kraken eth')).toEqual([]);
});
