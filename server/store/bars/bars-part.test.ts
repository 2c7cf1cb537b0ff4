import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Origin } from '../../../protocol/origin.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { MINUTE } from '../../feeds/candles/instrument-bars.ts';
import { packRows, unpackRows, type MinuteRow } from '../../feeds/candles/minute-rows.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import { BarsPart } from './bars-part.ts';
import type { BarInstrument } from './questions.ts';

const BTC: BarInstrument = {
  venue: 'sim' as VenueId,
  symbol: 'BTCUSDT',
  priceScale: 2,
  tickStep: 1,
  sizeScale: 3,
  lotStep: 1,
};
const ETH: BarInstrument = { ...BTC, symbol: 'ETHUSDT' };
/** The day before the clocks of these tests begin. */
const START = Date.parse('2026-01-04T00:00:00Z') * 1000;

const row = (instrument: number, minute: number, change: Partial<MinuteRow['bar']> = {}): MinuteRow => ({
  instrument,
  bar: {
    at: START + minute * MINUTE,
    open: 5,
    high: 9,
    low: 4,
    close: 7,
    volume: 2 ** 52,
    buys: 3,
    trades: 2,
    covered: MINUTE,
    mid: 13,
    ...change,
  },
});
const byTime = (a: MinuteRow, b: MinuteRow): number => a.bar.at - b.bar.at || a.instrument - b.instrument;

const kinds = await databaseKinds();
describe.each(kinds)('the bar history in $name', ({ make }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await make();
    expect((await migrate(test.database)).ok).toBe(true);
  });
  afterAll(() => test.drop());

  function rig(database: () => Database | null = () => test.database, days = 14) {
    const clock = new ManualClock();
    const part = new BarsPart({ database, days, isKept: true, clock });
    const write = (rows: readonly MinuteRow[], instruments = [BTC, ETH], origin: Origin = 'SIM') =>
      part.ask({ kind: 'write', origin, instruments, rows: packRows(rows), lost: 0 });
    const read = async (
      instruments = [BTC, ETH],
      origin: Origin = 'SIM',
      from = START,
      to = START + 100 * MINUTE,
    ): Promise<MinuteRow[]> => {
      const answer = await part.ask({ kind: 'read', origin, instruments, from, to });
      if (!answer.ok) throw new Error(answer.error.sentence);
      return unpackRows(answer.value as Float64Array).sort(byTime);
    };
    return { clock, part, write, read };
  }

  it('tells after a restart what was written before it, to the last bit', async () => {
    const before = rig();
    const rows = [row(0, 0), row(1, 0, { buys: Number.NaN, mid: 0 }), row(0, 1)];
    await before.write(rows);
    await before.part.stop();
    const after = rig();
    expect(await after.read()).toEqual(rows);
    // By place in the list of whoever asks.
    expect(await after.read([ETH])).toEqual([{ ...rows[1], instrument: 0 }]);
    expect(await after.read([BTC, ETH], 'SIM', START + MINUTE)).toEqual([rows[2]]);
  });

  it('keeps of a minute that a restart cut the part that was longer, with its gap', async () => {
    const cut = row(0, 10, { covered: 40_000_000, trades: 9 });
    const before = rig();
    await before.write([cut]);
    await before.part.stop();
    const after = rig();
    await after.write([row(0, 10, { covered: 15_000_000, trades: 1 })]);
    await after.part.stop();
    expect(await after.read([BTC], 'SIM', START + 10 * MINUTE)).toEqual([cut]);
    // The venue's own candle knows the whole of it.
    await after.write([row(0, 10, { buys: Number.NaN, mid: 0 })]);
    await after.part.stop();
    expect(await after.read([BTC], 'SIM', START + 10 * MINUTE)).toEqual([row(0, 10, { buys: Number.NaN })]);
  });

  it('never takes what is simulated for real, nor ticks of another size for the same', async () => {
    const { write, read, part } = rig();
    await write([row(0, 20)]);
    await part.stop();
    const from = START + 20 * MINUTE;
    expect(await read([BTC], 'SIM', from)).toHaveLength(1);
    expect(await read([BTC], 'LIVE', from)).toEqual([]);
    expect(await read([{ ...BTC, tickStep: 5 }], 'SIM', from)).toEqual([]);
  });

  it('removes bars that are older than they are to be kept', async () => {
    const { clock, write, read, part } = rig(undefined, 1);
    const now = Math.floor(clock.wallMicros() / MINUTE) * MINUTE;
    const minute = (ago: number): number => (now - START) / MINUTE - ago;
    const kept = row(0, minute(1439));
    await write([row(0, minute(1442)), kept]);
    await part.stop();
    expect(await read([BTC], 'SIM', now - 2000 * MINUTE, now)).toEqual([kept]);
  });

  it('waits for a database that is away, bounded, counting what it drops, and says so', async () => {
    let away = true;
    const { part, write, read, clock } = rig(() => (away ? null : test.database));
    part.start();
    expect(await part.ask({ kind: 'read', origin: 'SIM', instruments: [BTC], from: 0, to: 1 })).toMatchObject(
      {
        error: { code: 'bars-starting' },
      },
    );
    expect(part.status().state).toBe('unknown');
    await write([row(0, 30)]);
    expect(part.status()).toMatchObject({
      state: 'degraded',
      sentence: 'Bars wait until the store is open.',
    });
    const many = Array.from({ length: 400_000 }, (_, minute) => row(0, 1000 + minute, { trades: 1 }));
    await write(many.slice(0, 200_000));
    await write(many.slice(0, 200_000));
    expect(part.status().sentence).toBe(
      'Bars wait until the store is open. 1 bars were dropped since the start.',
    );
    // The two that wait would take their time to be written: one more drops each of them.
    await write(many);
    await write([row(0, 31)]);
    expect(part.status().figures).toContainEqual(expect.objectContaining({ name: 'bars waiting', value: 1 }));
    away = false;
    clock.advance(1000);
    await part.stop();
    expect(await read([BTC], 'SIM', START + 30 * MINUTE, START + 40 * MINUTE)).toEqual([row(0, 31)]);
    expect(part.status().sentence).toMatch(/^Bars are kept again/);
  });

  it('tries again what the database refused', async () => {
    let fails = true;
    const { database } = test;
    const failing: Database = {
      kind: database.kind,
      version: database.version,
      query: (sql, values) => database.query(sql, values),
      script: (sql) => database.script(sql),
      transaction: (work) =>
        fails ? Promise.reject(new Error('its disk is full')) : database.transaction(work),
      claim: () => database.claim(),
      onLost: (listener) => database.onLost(listener),
      close: () => database.close(),
    };
    const { part, write, read } = rig(() => failing);
    await write([row(0, 40)]);
    await part.stop();
    expect(part.status()).toMatchObject({ state: 'degraded', sentence: 'Bars wait: Its disk is full.' });
    fails = false;
    await part.stop();
    expect(await read([BTC], 'SIM', START + 40 * MINUTE)).toEqual([row(0, 40)]);
    expect(part.status()).toMatchObject({ state: 'ok', sentence: 'Minute bars are kept for 14 days.' });
  });
});

it('without a store no bars are kept, and that is no fault', async () => {
  const part = new BarsPart({ database: () => null, days: 14, isKept: false, clock: new ManualClock() });
  expect(await part.ask({ kind: 'read', origin: 'SIM', instruments: [], from: 0, to: 1 })).toMatchObject({
    error: { code: 'bars-none' },
  });
  expect(part.status()).toMatchObject({ state: 'ok' });
});
