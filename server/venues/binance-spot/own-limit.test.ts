import { afterEach, expect, it } from 'vitest';
import { startDesk, until, type TestDesk } from '../../testing/desk.ts';
import { FakeVenue } from '../../testing/fake-venue.ts';

let desk: TestDesk;
afterEach(() => desk.close());

it('the rate limit that is shown is the venue’s own; before it said so it is unknown', async () => {
  const venue = new FakeVenue();
  let silent = true;
  venue.fault = ({ path }) => (silent && path === '/api/v3/exchangeInfo' ? { kind: 'reset' } : null);
  desk = await startDesk(['sim'], { venues: [venue] });
  const [adapter] = desk.adapters;
  expect(adapter?.status().weight.limit).toBeNull();
  silent = false;
  venue.rateLimits = [
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 4321 },
  ];
  adapter?.setInstruments(desk.instruments);
  await until('the venue’s word', () => adapter?.status().weight.limit === 4321);
  expect(adapter?.status().weight.reservedForHalt).toBe(865);
  await adapter?.stop();
  const asked = venue.seen.length;
  adapter?.setInstruments(desk.instruments);
  expect(venue.seen).toHaveLength(asked);
});
