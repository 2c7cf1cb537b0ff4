import { afterEach, expect, it } from 'vitest';
import { startDesk, until, type TestDesk } from '../../testing/desk.ts';
import { FakeVenue } from '../../testing/fake-venue.ts';
import { SystemClock } from '../../clock.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { BinanceSpot } from './adapter.ts';

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
});

it('an adapter that was not started, as in a replay, asks the venue nothing by itself', async () => {
  desk = await startDesk();
  const venue = new FakeVenue();
  const { rest, ws } = await venue.listen();
  const idle = new BinanceSpot({
    id: 'idle' as VenueId,
    name: 'Idle',
    feed: 'idle' as VenueId,
    restUrl: rest,
    wsUrl: ws,
    credentials: { apiKey: 'test-key', apiSecret: venue.secret },
    redeem: desk.gate.redeem,
    clock: new SystemClock(),
    random: () => 0.5,
  });
  idle.setInstruments(desk.instruments);
  expect((await idle.openOrders('normal')).ok).toBe(true);
  expect(venue.seen.map(({ path }) => path)).toEqual(['/api/v3/openOrders']);
  await idle.stop();
  await venue.close();
});
