/** The built thread on bars as a feed closes them, its death in the middle of a run, and its next life. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { normals } from '../../shaders/analyses/planted.testkit.ts';
import { SystemClock } from '../clock.ts';
import { BarSeries, encodeBar, encodeHistory, type BarSource } from '../feeds/bars.ts';
import type { FeedsToRelay, RelayToFeeds } from '../feeds/port.ts';
import { createMarketTable } from '../feeds/table.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { ServerRig } from '../testing/server-rig.ts';
import { KernelsThread, START_MS, type KernelsParts } from './kernels-thread.ts';
import type { KernelReport } from './report.ts';

const rig = new ServerRig();
beforeAll(() => rig.build());
afterAll(() => rig.close());

const NAMES = ['A', 'B', 'C', 'D'];
const PAST = 600;
const SECOND = 1_000_000;

/** Four instruments bound by one factor at ρ = 0.5: ten minutes of past, then a bar each real second. */
class Feed {
  readonly #normal = normals(5);
  readonly #mids = NAMES.map(() => 100_000);
  readonly #clock = new SystemClock(0);
  readonly #series: BarSeries;
  #hear: (message: FeedsToRelay) => void = () => undefined;
  histories = 0;

  constructor() {
    const now = this.#clock.wallMicros();
    this.#series = new BarSeries(NAMES.length, now - PAST * SECOND);
    for (let k = PAST - 1; k >= 0; k--) this.#series.advance(now - k * SECOND, this.#next());
  }

  readonly port: KernelsParts['feeds'] = {
    postMessage: (asked: RelayToFeeds) => {
      if (asked.kind !== 'history') return;
      this.histories++;
      const bytes = encodeHistory(this.#series.history(asked.bars), 'SIM', this.#clock.wallMicros());
      this.#hear({ kind: 'history', id: asked.id, parts: [{ first: 0, bytes }] });
    },
    on: (_event, listener) => {
      this.#hear = listener;
    },
  };

  /** Tells the bars that closed since. */
  tell(): void {
    const now = this.#clock.wallMicros();
    for (const bar of this.#series.advance(now, this.#next())) {
      this.#hear({ kind: 'bars', first: 0, bytes: encodeBar(bar, 'SIM', now) });
    }
  }

  /** Where each stands a second later. */
  #next(): (instrument: number) => BarSource {
    const factor = this.#normal();
    NAMES.forEach((_, at) => {
      this.#mids[at] = Math.round((this.#mids[at] ?? 0) * Math.exp(1e-3 * (factor + this.#normal())));
    });
    return (instrument) => ({ mid: this.#mids[instrument] ?? 0, valid: true, changes: 1 });
  }
}

function start() {
  const feed = new Feed();
  const clock = new ManualClock();
  const reports: KernelReport[] = [];
  const deaths: (string | null)[] = [];
  const onBook = { run: (): void => undefined };
  const kernels: KernelsThread = new KernelsThread({
    entry: pathToFileURL(resolve('dist/node/server/kernels-thread.js')),
    config: {
      ...{ enabled: true, everySeconds: 2, instruments: 4, window: 300, clusterCorrelation: 0.3 },
      alarms: {
        ...{ correlationShockP: null, cascadeProbability: null, volatilityProbability: null },
        ...{ flashCrash: false, coExceedance: false },
      },
    },
    needsRisk: false,
    settings: {
      ...{ origin: 'SIM', clockShiftMicros: 0 },
      tables: [{ venue: 'sim' as never, table: createMarketTable(NAMES.length) }],
    },
    clock,
    feeds: feed.port,
    instruments: () => NAMES.map((name, index) => ({ name, index, venue: 'sim' }) as never),
    book: () => {
      onBook.run();
      return [];
    },
    reported: (report) => reports.push(report),
    changed: (dead) => deaths.push(dead),
  });
  kernels.start();
  clock.advance(START_MS);
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      feed.tell();
      await new Promise((next) => setTimeout(next, 5));
    }
  };
  const alarms = (): string[] => kernels.conditions().map(({ alarmId }) => alarmId);
  return { feed, clock, kernels, reports, deaths, onBook, until, alarms };
}

it('R-5 the built thread computes a planted market; killed in a run it is alarmed, started again, and computes on', async () => {
  const { feed, clock, kernels, reports, deaths, onBook, until, alarms } = start();
  // A busy machine may cut a run: what it then does not know comes with a later one.
  const told = (from: number) => reports.slice(from).find(({ seconds }) => seconds.ok)?.seconds;
  await until(() => told(0) !== undefined);
  expect(told(0)).toMatchObject({ value: { horizon: '1s', instruments: 4 } });
  const first = told(0);
  // 300 returns at ρ = 0.5: the mean of six pairs is within 0.15 in all but one market of a thousand.
  if (first?.ok) expect(Math.abs(first.value.meanCorrelation - 0.5)).toBeLessThan(0.15);
  expect(reports[0]).toMatchObject({ backend: 'wasm', instruments: 4, listed: 4 });
  expect(kernels.status()).toMatchObject([{ id: 'kernels', state: 'ok' }]);

  // The book is asked for as a run begins: the thread ends in the middle of it.
  let before = 0;
  onBook.run = () => {
    onBook.run = () => undefined;
    before = reports.length;
    void kernels.worker?.terminate();
  };
  await until(() => kernels.worker === null && before > 0);
  expect(reports).toHaveLength(before);
  expect(kernels.status()).toMatchObject([{ state: 'down' }]);
  expect(alarms()).toEqual(['kernels:down']);
  expect(deaths.at(-1)).toContain('It is started again.');
  // What was said last counts until it is old, though nobody says it any more.
  expect(kernels.fresh()).not.toBeNull();
  clock.advance(6001);
  expect(kernels.fresh()).toBeNull();

  const asked = feed.histories;
  await until(() => alarms().length === 0);
  await until(() => told(before) !== undefined);
  // It began with an empty past and asked for it.
  expect(feed.histories).toBeGreaterThan(asked);
  expect(kernels.fresh()).not.toBeNull();
  expect(kernels.status()[0]?.figures).toContainEqual(
    expect.objectContaining({ name: 'restarts', value: 1 }),
  );
  await kernels.stop();
  expect(kernels.worker).toBeNull();
});
