import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { binanceSpot } from './dialects/binance-spot.ts';
import type { RestCall } from './dialect.ts';
import { RestClient } from './rest.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { WeightBudget } from './weight-budget.ts';

let venue: FakeVenue;
let clock: ManualClock;
let rest: RestClient;
beforeEach(async () => {
  venue = await new FakeVenue().start();
  clock = new ManualClock();
  rest = new RestClient(venue.restUrl, binanceSpot.rest, new WeightBudget(6000, 0), clock);
});
afterEach(async () => {
  rest.stop();
  await venue.kill();
});
const time = binanceSpot.rest.time() as RestCall;

/** Lets requests that may leave do so: another request to the venue has come back meanwhile. */
const settle = (): Promise<Response> => fetch(`${venue.restUrl}/api/v3/settle`);

describe('requests to a venue', () => {
  it.each([429, 418])('%i: nothing leaves until Retry-After is over', async (status) => {
    venue.once(time.path, { status, headers: { 'retry-after': '7' }, body: {} });
    const refused = await rest.get(time, 'book');
    expect(refused).toMatchObject({ ok: false, error: { code: 'rest-limited' } });
    const next = rest.get(time, 'book');
    clock.advance(6900);
    await settle();
    expect(venue.requests).toEqual([time.path, '/api/v3/settle']);
    clock.advance(200);
    expect(await next).toMatchObject({ ok: true });
  });

  it('without Retry-After it waits 10 s', async () => {
    venue.once(time.path, { status: 429, headers: {}, body: {} });
    await rest.get(time, 'book');
    const next = rest.get(time, 'book');
    clock.advance(9900);
    await settle();
    expect(venue.requests).toHaveLength(2);
    clock.advance(200);
    expect(await next).toMatchObject({ ok: true });
  });

  it('slows down when everybody on this address together nears the venue’s limit', async () => {
    venue.once(time.path, {
      status: 200,
      headers: { 'x-mbx-used-weight-1m': '5500' },
      body: { serverTime: 1 },
    });
    await rest.get(time, 'book');
    const next = rest.get(time, 'book');
    await settle();
    expect(venue.requests).toHaveLength(2);
    clock.advance(10_000);
    expect(await next).toMatchObject({ ok: true });
  });

  it('sends books first, whatever was asked before them', async () => {
    const whole = { ...time, weight: 3600 };
    await rest.get(whole, 'history');
    const order: string[] = [];
    const asked = (['history', 'view', 'book'] as const).map((lane) =>
      rest.get({ ...time, weight: 600 }, lane).then(() => order.push(lane)),
    );
    for (const _ of asked) {
      await settle();
      clock.advance(10_001);
    }
    await Promise.all(asked);
    expect(order).toEqual(['book', 'view', 'history']);
  });

  it('a venue that is not there, an answer that is no JSON, a stop: each its own refusal', async () => {
    expect(await rest.get({ path: '/nowhere', query: {}, weight: 1 }, 'view')).toMatchObject({
      error: { code: 'rest-status', sentence: '/nowhere answered 404: {}' },
    });
    await venue.kill();
    expect(await rest.get(time, 'view')).toMatchObject({ error: { code: 'rest-unreachable' } });
    await venue.start();
    rest.stop();
    expect(await rest.get(time, 'view')).toMatchObject({ error: { code: 'stopped' } });
  });
});
