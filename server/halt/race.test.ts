import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ok } from '../../protocol/result.ts';
import type { HaltId, Lots, Micros, QuoteMicros, VenueId } from '../../protocol/units.ts';
import { Gate } from '../gate/gate.ts';
import { personAs } from '../testing/who.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { VenueAdapter, VenueEvent, VenueOrder, VenueRefusal, VenueResult } from '../venues/types.ts';
import { Halt } from './halt.ts';

const haltId = 'halt-0001' as HaltId;
const ann = personAs('ann');
type Scheduler = fc.Scheduler;

const silence: VenueRefusal = {
  code: 'no-answer',
  sentence: 'Silence.',
  executed: 'perhaps',
  retryAfterMs: null,
};
const limited: VenueRefusal = { code: 'rate-limited', sentence: '429', executed: 'no', retryAfterMs: 500 };

/** A venue in memory: every request is done, and every answer given, when the scheduler says so. */
class Venue {
  readonly id: VenueId;
  readonly open = new Map<string, VenueOrder>();
  /** Ours that left and were not answered. */
  inFlight = 0;
  /** Orders that came after the last executed read may rightly stand while zero is confirmed. */
  sinceRead = 0;
  readonly #scheduler: Scheduler;
  readonly #moods: ('fine' | 'silent' | 'limited' | 'lies')[];
  readonly #listeners = new Set<(event: VenueEvent) => void>();
  #count = 0;

  constructor(id: string, scheduler: Scheduler, moods: ('fine' | 'silent' | 'limited' | 'lies')[]) {
    this.id = id as VenueId;
    this.#scheduler = scheduler;
    this.#moods = [...moods];
  }

  appear(symbol: string): void {
    const venueOrderId = `${this.id}-${++this.#count}`;
    const order: VenueOrder = {
      venueOrderId,
      clientOrderId: venueOrderId,
      symbol,
      instrument: null,
      side: 'buy',
      type: 'limit',
      timeInForce: 'GTC',
      price: null,
      size: 1 as Lots,
      filled: 0 as Lots,
      state: 'working',
      reason: null,
      at: 0 as Micros,
      trades: [],
      filledTickLots: null,
    };
    this.open.set(venueOrderId, order);
    this.sinceRead += 1;
    void this.#scheduler.schedule(Promise.resolve(), `${this.id} push`).then(() => {
      for (const listener of this.#listeners) listener({ kind: 'order', order });
    });
  }

  /** An order of ours that arrives when the scheduler says so. */
  send(symbol: string): void {
    this.inFlight += 1;
    void this.#scheduler.schedule(Promise.resolve(), `${this.id} order arrives`).then(() => {
      this.appear(symbol);
      void this.#scheduler
        .schedule(Promise.resolve(), `${this.id} order answered`)
        .then(() => (this.inFlight -= 1));
    });
  }

  async #answer<T>(name: string, act: () => T, lie: T | null): Promise<VenueResult<T>> {
    const mood = this.#moods.shift() ?? 'fine';
    await this.#scheduler.schedule(Promise.resolve(), `${this.id} ${name} arrives`);
    if (mood === 'limited') return { ok: false, error: limited };
    const value = mood === 'lies' && lie !== null ? lie : act();
    await this.#scheduler.schedule(Promise.resolve(), `${this.id} ${name} answered`);
    return mood === 'silent' ? { ok: false, error: silence } : ok(value);
  }

  adapter(): VenueAdapter {
    const never = (): never => {
      throw new Error('not asked in a halt');
    };
    return {
      id: this.id,
      name: this.id,
      feed: this.id,
      hasDeadMan: false,
      arrivalLimitMs: 1000,
      setInstruments: never,
      start: never,
      stop: never,
      place: never,
      cancel: never,
      order: never,
      account: never,
      status: never,
      onEvent: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
      openOrders: () =>
        this.#answer(
          'read',
          () => {
            this.sinceRead = 0;
            return [...this.open.values()];
          },
          null,
        ),
      cancelAll: (symbol) =>
        this.#answer(
          `cancel ${symbol}`,
          () => {
            const gone = [...this.open.values()].filter((order) => order.symbol === symbol);
            for (const order of gone) this.open.delete(order.venueOrderId);
            return gone.length;
          },
          1,
        ),
    };
  }
}

const mood = fc.constantFrom(
  'fine' as const,
  'fine' as const,
  'silent' as const,
  'limited' as const,
  'lies' as const,
);
const symbol = fc.constantFrom('A', 'B');
const event = fc.record({
  venue: fc.constantFrom(0, 1),
  kind: fc.constantFrom('send' as const, 'appear' as const, 'second press' as const, 'cancel again' as const),
  symbol,
});

it('R-24 R-25 R-26 R-29 in whatever order requests arrive and are answered, confirmed means empty', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(mood, { maxLength: 12 }),
      fc.array(mood, { maxLength: 12 }),
      fc.array(event, { maxLength: 8 }),
      async (scheduler, moodsA, moodsB, events) => {
        const clock = new ManualClock();
        const venues = [new Venue('a', scheduler, moodsA), new Venue('b', scheduler, moodsB)];
        const gate = new Gate({
          restriction: () => null,
          limits: {
            orderValue: 1n as QuoteMicros,
            positionValue: 1n as QuoteMicros,
            valueAtRisk: null,
            clusterValue: null,
            ordersPerSecond: 1,
            version: 1,
            setBy: 'test',
            since: 0 as Micros,
          },
          mark: () => null,
          instrument: () => undefined,
          audit: { writable: () => true },
          clock,
          replay: false,
        });
        gate.open('starting');
        const of = (id: VenueId) => venues.find((venue) => venue.id === id);
        const halt = new Halt({
          gate,
          clock,
          venues: venues.map((venue) => venue.adapter()),
          audit: { appendNow: () => undefined },
          desk: {
            openSymbols: () => ['A'],
            inFlight: (id) => of(id)?.inFlight ?? 0,
            isOurs: () => false,
            takeSnapshot: () => undefined,
          },
        });
        const wrong: string[] = [];
        halt.onChange((view) => {
          if (view.gateOpen) wrong.push('the gate opened');
          for (const { venue: id, confirmedZeroAt } of view.venues) {
            const venue = of(id);
            if (!venue || confirmedZeroAt === null) continue;
            if (venue.open.size > venue.sinceRead)
              wrong.push(`${id} confirmed over ${venue.open.size} orders`);
          }
        });
        venues[0]?.appear('A');
        venues[1]?.send('B');
        halt.press(haltId, ann, 'test');
        let replied = false;
        void halt.cancelAll(haltId, ann).then(() => (replied = true));
        const left = [...events];
        for (let turn = 0; turn < 3000; turn++) {
          const next = left.shift();
          if (next?.kind === 'send') venues[next.venue]?.send(next.symbol);
          else if (next?.kind === 'appear') venues[next.venue]?.appear(next.symbol);
          else if (next?.kind === 'second press') halt.press('halt-0002' as HaltId, ann, 'again');
          else if (next) void halt.cancelAll(haltId, ann);
          if (scheduler.count() > 0) await scheduler.waitNext(1);
          else clock.advance(100);
          for (let i = 0; i < 8; i++) await Promise.resolve();
          const quiet = left.length === 0 && venues.every(({ open, inFlight }) => open.size + inFlight === 0);
          if (quiet && scheduler.count() === 0 && halt.view().phase === 'confirmed') break;
        }
        halt.stop();
        expect(wrong).toEqual([]);
        expect(halt.view()).toMatchObject({ phase: 'confirmed', gateOpen: false });
        expect(venues.map(({ open }) => open.size)).toEqual([0, 0]);
        expect(replied).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
