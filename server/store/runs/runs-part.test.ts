import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelPoint } from '../../../protocol/kernels.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import type { KernelRun } from './questions.ts';
import { RunsPart } from './runs-part.ts';

const MINUTE = 60_000_000;
/** The day before the clocks of these tests begin. */
const START = Date.parse('2026-01-04T00:00:00Z') * 1000;
const run = (minute: number, change: Partial<KernelRun> = {}): KernelRun => ({
  ...{ origin: 'SIM', horizon: '1m', asOf: START + minute * MINUTE, instruments: 40, samples: 60 },
  ...{ absorption: 0.5, meanCorrelation: 0.25, clusters: 3, backend: 'wasm', code: '0.1.0+abc' },
  ...change,
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
    const write = (...runs: readonly KernelRun[]) => part.ask({ kind: 'write', runs });
    const read = async (change: object = {}): Promise<readonly KernelPoint[]> => {
      const range = { origin: 'SIM', horizon: '1m', from: START, to: START + 1440 * MINUTE };
      const answer = await part.ask({ kind: 'read', ...range, ...change });
      if (!answer.ok) throw new Error(answer.error.sentence);
      return answer.value as readonly KernelPoint[];
    };
    return { part, write, read };
  }

  it('tells each minute once, by horizon and origin, after a restart too', async () => {
    const { write, read, part } = rig();
    await write(run(1), run(1, { absorption: 0.9 }), run(2, { absorption: 0.6 }));
    await write(run(2, { horizon: '1s' }), run(3, { origin: 'LIVE' }));
    await part.stop();
    const at = START + MINUTE;
    const point = { at, absorption: 0.5, meanCorrelation: 0.25, instruments: 40, samples: 60 };
    expect(await read()).toEqual([point, { ...point, at: at + MINUTE, absorption: 0.6 }]);
    const later = rig();
    expect(await later.read({ horizon: '1s' })).toHaveLength(1);
    expect(await later.read({ origin: 'LIVE' })).toMatchObject([{ at: START + 3 * MINUTE }]);
  });

  it('of a long time tells means, and never more points than a picture has room for', async () => {
    const { write, read } = rig();
    await write(run(100, { absorption: 0.2 }), run(101, { absorption: 0.4, instruments: 9 }));
    const points = await read({ from: START + 100 * MINUTE, to: START + 4100 * MINUTE });
    expect(points).toHaveLength(1);
    expect(points[0]?.absorption).toBeCloseTo(0.3, 12);
    expect(points[0]).toMatchObject({ instruments: 9 });
  });

  it('waits for a database that is away, a bounded number; and forgets what is older than its days', async () => {
    let database: Database | null = null;
    const { write, read } = rig(() => database, 1);
    for (let k = 0; k < 3; k++) {
      await write(...Array.from({ length: 1000 }, (_, at) => run(200 + 1000 * k + at)));
    }
    await expect(read()).rejects.toThrow('The store is not open yet.');
    database = test.database;
    // Noon of the next day less one: what is older than that is gone, what was dropped never came.
    const points = await read({ to: START + 2000 * MINUTE });
    expect(points[0]?.at).toBe(START + 1200 * MINUTE);
    expect(points).toHaveLength(800);
  });
});

it('where nothing is kept, that is said', async () => {
  const part = new RunsPart({ database: () => null, days: 1, isKept: false, clock: new ManualClock() });
  expect(await part.ask({ kind: 'read' })).toMatchObject({ ok: false, error: { code: 'runs-none' } });
  expect(part.status()).toBeNull();
});
