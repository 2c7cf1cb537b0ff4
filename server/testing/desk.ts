import type { Instrument } from '../../protocol/instrument.ts';
import type { Micros, QuoteMicros, Ticks, VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../clock.ts';
import type { AuditEntry } from '../gate/audit-port.ts';
import { Gate } from '../gate/gate.ts';
import { Halt } from '../halt/halt.ts';
import { OrderDesk } from '../orders/desk.ts';
import { BinanceSpot } from '../venues/binance-spot/adapter.ts';
import { FakeVenue } from './fake-venue.ts';
import { MemoryAudit } from './memory-audit.ts';
import { instrument } from './orders.ts';

export { MemoryAudit } from './memory-audit.ts';

export interface TestDesk {
  readonly venues: readonly FakeVenue[];
  readonly adapters: readonly BinanceSpot[];
  readonly audit: MemoryAudit;
  readonly gate: Gate;
  readonly desk: OrderDesk;
  readonly halt: Halt;
  readonly instruments: readonly Instrument[];
  close(): Promise<void>;
}

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'ADAUSDT'];

/**
 * Gate, desk and halt over real sockets to venues of our own; `names` makes one venue each, and the
 * first `names.length` instruments trade one at each, the others at the first.
 */
export async function startDesk(
  names: readonly string[] = ['sim'],
  before: {
    readonly entries?: readonly AuditEntry[];
    readonly run?: string;
    readonly venues?: readonly FakeVenue[];
  } = {},
): Promise<TestDesk> {
  const clock = new SystemClock();
  const audit = new MemoryAudit();
  const instruments = SYMBOLS.map((symbol, index) => ({
    ...instrument(index, symbol),
    venue: (names[index] ?? names[0] ?? 'sim') as VenueId,
  }));
  const gate = new Gate({
    restriction: () => null,
    limits: {
      orderValue: 1_000_000_000_000n as QuoteMicros,
      positionValue: 10_000_000_000_000n as QuoteMicros,
      valueAtRisk: null,
      clusterValue: null,
      ordersPerSecond: 10_000,
      version: 1,
      setBy: 'test',
      since: 0 as Micros,
    },
    mark: () => ({ bid: 9990 as Ticks, ask: 10_000 as Ticks, fresh: true }),
    instrument: (index) => instruments[index],
    audit,
    clock,
    replay: false,
  });
  const venues = before.venues ?? names.map(() => new FakeVenue());
  const adapters = await Promise.all(
    names.map(async (name, n) => {
      const fake = venues[n];
      if (!fake) throw new Error('no venue');
      const { rest, ws } = await fake.listen();
      const adapter = new BinanceSpot({
        id: name as VenueId,
        name: name.toUpperCase(),
        feed: name as VenueId,
        restUrl: rest,
        wsUrl: ws,
        credentials: { apiKey: 'test-key', apiSecret: fake.secret },
        redeem: gate.redeem,
        clock,
        random: () => 0.5,
      });
      adapter.setInstruments(instruments);
      return adapter;
    }),
  );
  const desk = new OrderDesk({ gate, venues: adapters, audit, clock, run: before.run ?? 'cwtest' });
  desk.setInstruments(instruments);
  desk.restore(before.entries ?? []);
  const halt = new Halt({ gate, venues: adapters, desk, audit, clock });
  const up = adapters.map(
    (adapter) =>
      new Promise<void>((resolve) => {
        const stop = adapter.onEvent((event) => {
          if (event.kind !== 'stream' || !event.up) return;
          stop();
          resolve();
        });
      }),
  );
  for (const adapter of adapters) adapter.start();
  desk.start();
  await Promise.all(up);
  gate.open('starting');
  const close = async (): Promise<void> => {
    halt.stop();
    desk.stop();
    await Promise.all(adapters.map((adapter) => adapter.stop()));
    await Promise.all(venues.map((venue) => venue.close()));
  };
  return { venues, adapters, audit, gate, desk, halt, instruments, close };
}

/** Waits until `ready`, looking again whenever the event loop turns; fails with `what` after a minute. */
export async function until(what: string, ready: () => boolean, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!ready()) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
