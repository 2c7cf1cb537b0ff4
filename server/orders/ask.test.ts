import { expect, it } from 'vitest';
import { ok } from '../../protocol/result.ts';
import type { Micros, OrderId, VenueId } from '../../protocol/units.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { Lane, VenueAdapter, VenueOrder, VenueResult } from '../venues/types.ts';
import { Asker } from './ask.ts';
import { foundAtVenue } from './store.ts';
import type { TrackedOrder } from './tracked.ts';

const found: VenueOrder = {
  venueOrderId: '7',
  clientOrderId: 'cwtest-1',
  symbol: 'BTCUSDT',
  instrument: 0 as never,
  side: 'buy',
  type: 'limit',
  timeInForce: 'GTC',
  price: null,
  size: null,
  filled: null,
  state: 'working',
  reason: null,
  at: 0 as Micros,
  trades: [],
  filledTickLots: null,
};
const order = foundAtVenue('sim' as VenueId, found, 0 as never, true, 0 as Micros);

/** Asks a venue that answers as told; says what came of it. */
function asking(answer: () => VenueResult<VenueOrder | null>, sentAt?: number, lane: Lane = 'normal') {
  const clock = new ManualClock();
  const said: string[] = [];
  const lanes: Lane[] = [];
  let current: TrackedOrder | undefined = order;
  const adapter = {
    arrivalLimitMs: 4000,
    order: (_target: unknown, asked: Lane) => Promise.resolve((lanes.push(asked), answer())),
  };
  const asker = new Asker({
    clock,
    adapterOf: () => adapter as unknown as VenueAdapter,
    current: () => current,
    sentAt: () => sentAt,
    lane: () => lane,
    found: (orderId: OrderId) => said.push(`found ${orderId}`),
    missing: (orderId: OrderId) => said.push(`missing ${orderId}`),
  });
  const close = (): void => void (current = undefined);
  return { clock, asker, said, close, lanes, asked: () => lanes.length };
}

const unanswered: TrackedOrder = { ...order, venueOrderId: null };

it('R-26 counts from the sending: asked after the limit, "no such order" is believed at once', async () => {
  const { clock, asker, said } = asking(() => ok(null), 0, 'halt');
  await clock.advanceAsync(5000);
  asker.ask(unanswered);
  await clock.advanceAsync(1);
  expect(said).toEqual(['missing cwtest-1']);
});

it('R-26 asks again right when the order can no longer arrive, not a whole delay later', async () => {
  const { clock, asker, said, lanes } = asking(() => ok(null), 0, 'halt');
  await clock.advanceAsync(1000);
  asker.ask(unanswered);
  await clock.advanceAsync(2990);
  expect(said).toEqual([]);
  await clock.advanceAsync(20);
  expect(said).toEqual(['missing cwtest-1']);
  expect(new Set(lanes)).toEqual(new Set(['halt']));
});

it('an order that the venue has shown before is not believed lost for being old', async () => {
  const { clock, asker, said } = asking(() => ok(null), 0);
  await clock.advanceAsync(60_000);
  asker.ask(order);
  await clock.advanceAsync(3900);
  expect(said).toEqual([]);
});

it('R-26 "no such order" is not believed before the order can no longer arrive', async () => {
  const { clock, asker, said } = asking(() => ok(null));
  asker.ask(order);
  await clock.advanceAsync(3900);
  expect(said).toEqual([]);
  await clock.advanceAsync(5000);
  expect(said).toEqual(['missing cwtest-1']);
});

it('goes on asking a venue that is silent, for as long as it takes', async () => {
  let silent = true;
  const silence = { code: 'no-answer', sentence: '', executed: 'perhaps', retryAfterMs: null } as const;
  const { clock, asker, said } = asking(() => (silent ? { ok: false, error: silence } : ok(found)));
  asker.ask(order);
  await clock.advanceAsync(60_000);
  expect(said).toEqual([]);
  silent = false;
  await clock.advanceAsync(5000);
  expect(said).toEqual(['found cwtest-1']);
});

it('does not ask for what the private stream has told meanwhile', async () => {
  const { clock, asker, close, asked } = asking(() => ok(found));
  asker.askInTurn([order]);
  await clock.advanceAsync(900);
  close();
  await clock.advanceAsync(10_000);
  expect(asked()).toBe(0);
});
