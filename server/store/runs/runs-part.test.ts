import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldPoints, joinPoints, type HistoryPoint, type KernelHistory } from '../../../protocol/kernels.ts';
import type { Micros } from '../../../protocol/units.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { Database } from '../database.ts';
import { migrate, MIGRATIONS } from '../migrate.ts';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import type { KernelFigure } from './questions.ts';
import { RunsPart } from './runs-part.ts';

const MINUTE = 60_000_000;
/** The day before the clocks of these tests begin. */
const START = Date.parse('2026-01-04T00:00:00Z') * 1000;
const told = (minute: number, value: number, change: Partial<KernelFigure> = {}): KernelFigure => ({
  ...{ origin: 'SIM', figure: 'absorption-1m', asOf: START + minute * MINUTE, value },
  ...{ instruments: 40, samples: 60, code: '0.1.0+abc' },
  ...change,
});
const pointOf = (asOf: number, value: number): HistoryPoint => ({
  ...{ at: asOf as Micros, low: value, high: value, last: value, runs: 1, minutes: 1 },
  ...{ instruments: 40, samples: 60 },
});

describe.each(await databaseKinds())('the history of the server’s own analyses in $name', ({ make }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await make();
    expect((await migrate(test.database)).ok).toBe(true);
  });
  afterAll(() => test.drop());

  function rig(database: () => Database | null = () => test.database, days = 14) {
    const part = new RunsPart({ database, days, isKept: true, clock: new ManualClock() });
    const write = (...figures: readonly KernelFigure[]) => part.ask({ kind: 'write', figures });
    const lines = async (change: object = {}): Promise<KernelHistory['lines']> => {
      const range = { origin: 'SIM', from: START, to: START + 1440 * MINUTE, bucket: MINUTE };
      const answer = await part.ask({ kind: 'read', figures: ['absorption-1m'], ...range, ...change });
      if (!answer.ok) throw new Error(answer.error.sentence);
      return answer.value as KernelHistory['lines'];
    };
    const read = async (change: object = {}) => (await lines(change))[0]?.points ?? [];
    return { part, write, read, lines };
  }

  it('keeps every run of a minute, by figure and origin, after a restart too', async () => {
    const { write, read, part } = rig();
    const half = START + MINUTE + MINUTE / 2;
    await write(told(1, 500), told(1, 900, { asOf: half, instruments: 30 }), told(2, 600));
    await write(told(1, 700, { asOf: half + 1 }));
    await write(told(2, 1, { figure: 'wild', samples: null }), told(3, 2, { origin: 'LIVE' }));
    await part.stop();
    const at = START + MINUTE;
    expect(await read()).toEqual([
      { at, low: 500, high: 900, last: 700, runs: 3, minutes: 1, instruments: 30, samples: 60 },
      { ...pointOf(at + MINUTE, 600) },
    ]);
    const later = rig();
    expect(await later.lines({ figures: ['wild', 'cascade'] })).toEqual([
      { figure: 'wild', points: [{ ...pointOf(START + 2 * MINUTE, 1), samples: null }] },
      { figure: 'cascade', points: [] },
    ]);
    expect(await later.read({ origin: 'LIVE' })).toMatchObject([{ at: START + 3 * MINUTE }]);
  });

  it('folds minutes into buckets as the page folds its own, whatever was written: no spike is lost', async () => {
    const runs = fc.array(fc.record({ minute: fc.nat(600), value: fc.integer({ min: -1e6, max: 1e6 }) }), {
      minLength: 1,
      maxLength: 60,
    });
    const { write, read } = rig();
    let markets = 0;
    await fc.assert(
      fc.asyncProperty(runs, fc.constantFrom(1, 5, 30), async (all, minutes) => {
        const from = START + 10_000 * MINUTE * ++markets;
        const sorted = all.toSorted((a, b) => a.minute - b.minute);
        await write(...sorted.map(({ minute, value }) => told(0, value, { asOf: from + minute * MINUTE })));
        const bucket = minutes * MINUTE;
        const points = await read({ from, to: from + 1000 * MINUTE, bucket });
        const own = sorted.map(({ minute, value }) => pointOf(from + minute * MINUTE, value));
        const byMinute = foldPoints(own, MINUTE).map((point) => ({ ...point, minutes: 1 }));
        expect(points).toEqual(foldPoints(byMinute, bucket));
        expect(Math.max(...points.map(({ high }) => high))).toBe(Math.max(...all.map(({ value }) => value)));
        expect(points.reduce((sum, { runs: count }) => sum + count, 0)).toBe(all.length);
      }),
      { numRuns: 25 },
    );
  });

  it('waits for a database that is away, a bounded number; and forgets what is older than its days', async () => {
    let database: Database | null = null;
    const { write, read } = rig(() => database, 1);
    const figure = 'cascade';
    for (let k = 0; k < 3; k++) {
      await write(...Array.from({ length: 4000 }, (_, at) => told(4000 * k + at - 9000, 1, { figure })));
    }
    await expect(read()).rejects.toThrow('The store is not open yet.');
    database = test.database;
    const points = await read({
      figures: [figure],
      from: START - 20_000 * MINUTE,
      to: START + 3000 * MINUTE,
    });
    // Noon of the day before is the end of its days; what came before 8,000 newer ones never came.
    expect(points[0]?.at).toBe(START + 720 * MINUTE);
    expect(points).toHaveLength(3000 - 720);
  });
});

describe.each(await databaseKinds())('the table before in $name', ({ make }) => {
  it('is taken over, what was no number left behind', async () => {
    const test = await make();
    expect((await migrate(test.database, MIGRATIONS.slice(0, 4))).ok).toBe(true);
    await test.database.query(
      `INSERT INTO cwts.kernel_runs VALUES ('SIM', '1s', 7, 40, 60, 0.5, -0.25, 3, 'wasm', 'c'),
                                           ('SIM', '1s', 8, 40, 60, 'NaN', 0.25, 3, 'wasm', 'c')`,
    );
    expect((await migrate(test.database)).ok).toBe(true);
    const part = new RunsPart({
      database: () => test.database,
      days: 30_000,
      isKept: true,
      clock: new ManualClock(),
    });
    const figures = ['absorption-1s', 'mean-correlation-1s'];
    const asked = { kind: 'read', origin: 'SIM', figures, from: 0, to: 9 * MINUTE, bucket: MINUTE };
    expect(await part.ask(asked)).toMatchObject({
      value: [{ points: [{ at: 7 * MINUTE, last: 500_000 }] }, { points: [{ last: -250_000 }] }],
    });
    await test.drop();
  });
});

it('where nothing is kept, that is said', async () => {
  const part = new RunsPart({ database: () => null, days: 1, isKept: false, clock: new ManualClock() });
  expect(await part.ask({ kind: 'read' })).toMatchObject({ ok: false, error: { code: 'runs-none' } });
  expect(part.status()).toBeNull();
});

it('points are joined in any grouping to the same', () => {
  const point = fc.record({
    at: fc.constant(0 as Micros),
    ...{ low: fc.integer(), high: fc.integer(), last: fc.integer(), runs: fc.nat(), minutes: fc.nat() },
    ...{ instruments: fc.nat(), samples: fc.option(fc.nat()) },
  });
  fc.assert(
    fc.property(point, point, point, (a, b, c) => {
      expect(joinPoints(joinPoints(a, b), c)).toEqual(joinPoints(a, joinPoints(b, c)));
    }),
  );
});
