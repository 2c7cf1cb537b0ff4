/** The handle with a thread that does what it is told, and the death of the real one's place. */
import { afterAll, expect, it } from 'vitest';
import type { FeedsToRelay, RelayToFeeds } from '../feeds/port.ts';
import { Entries } from '../feeds/testing/threads-rig.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { KernelsThread, START_MS, type KernelsParts } from './kernels-thread.ts';

const entries = new Entries();
afterAll(() => entries.remove());

/** It asks for the book when a frame comes, reports the book's size as its time, and dies on the second history. */
const TOLD = `
  import { parentPort, workerData } from 'node:worker_threads';
  const unknown = { ok: false, error: { code: 'learning', sentence: 'Not yet.' } };
  parentPort.postMessage({ kind: 'counts', runs: 0, skipped: 0, cut: 0 });
  workerData.feeds.on('message', (message) => {
    if (message.kind === 'history') throw new Error('a bug');
    parentPort.postMessage({ kind: 'book?' });
  });
  let rows = [];
  parentPort.on('message', (message) => {
    if (message.kind === 'stop') process.exit(0);
    if (message.kind === 'market') rows = message.rows;
    if (message.kind === 'book') parentPort.postMessage({ kind: 'report', report: {
      backend: 'wasm', ms: 1, asOf: 0, instruments: rows.length, listed: message.held.length,
      seconds: unknown, minutes: unknown, shock: unknown, cascade: unknown,
      wild: { ok: true, value: { probability: 0.99, size: 0.001 } }, flash: unknown, coExceedance: unknown,
      risk: unknown, check: unknown } });
  });`;

const bars: FeedsToRelay = { kind: 'bars', first: 0, bytes: new Uint8Array(0) };
const history: FeedsToRelay = { kind: 'history', id: 1, parts: [] };

function start(change: Partial<KernelsParts['config']> = {}) {
  const clock = new ManualClock();
  let changes = 0;
  let hear: (message: FeedsToRelay) => void = () => undefined;
  const asked: RelayToFeeds[] = [];
  const kernels = new KernelsThread({
    entry: entries.write('told.mjs', TOLD),
    config: {
      ...{ enabled: true, everySeconds: 30, instruments: 2, window: 900, clusterCorrelation: 0.5 },
      alarms: {
        ...{ correlationShockP: null, cascadeProbability: null, volatilityProbability: 0.95 },
        ...{ flashCrash: false, coExceedance: false },
      },
      ...change,
    },
    needsRisk: false,
    settings: { origin: 'SIM', tables: [], clockShiftMicros: 0 },
    clock,
    feeds: {
      postMessage: (message) => asked.push(message),
      on: (_event, listener) => {
        hear = listener;
      },
    },
    instruments: () => ['A', 'B', 'C'].map((name, index) => ({ name, index, venue: 'sim' }) as never),
    book: () => [{ index: 2 as never, lots: 5 as never, value: null }],
    changed: () => changes++,
  });
  kernels.start();
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((next) => setImmediate(next));
  };
  return { clock, kernels, tell: (message: FeedsToRelay) => hear(message), until, changes: () => changes };
}

it('begins when everything else has, tells what was said last while it counts, and knows nothing after', async () => {
  const { clock, kernels, tell, until } = start();
  expect(kernels.worker).toBeNull();
  expect(kernels.status()).toMatchObject([{ id: 'kernels', state: 'unknown' }]);
  clock.advance(START_MS);
  expect(kernels.worker).not.toBeNull();
  tell(bars);
  await until(() => kernels.fresh() !== null);
  // What is held is among the two rows, though it is listed last.
  expect(kernels.fresh()).toMatchObject({ instruments: 2, listed: 1 });
  expect(kernels.status()).toMatchObject([{ state: 'ok' }]);
  expect(kernels.conditions().map(({ alarmId }) => alarmId)).toEqual(['kernels:volatility']);
  clock.advance(90_001);
  expect(kernels.fresh()).toBeNull();
  expect(kernels.status()).toMatchObject([{ state: 'unknown' }]);
  await kernels.stop();
});

it('dies alone: it is told, alarmed, started again, and what is known stays until it is old', async () => {
  const { clock, kernels, tell, until, changes } = start();
  clock.advance(START_MS);
  tell(bars);
  await until(() => kernels.fresh() !== null);
  tell(history);
  await until(() => kernels.worker === null);
  expect(kernels.status()).toMatchObject([{ state: 'down' }]);
  expect(kernels.status()[0]?.sentence).toContain('a bug');
  expect(kernels.conditions().map(({ alarmId }) => alarmId)).toContain('kernels:down');
  expect(kernels.fresh()).not.toBeNull();
  const before = changes();
  clock.advance(60_000);
  await until(() => changes() > before);
  expect(kernels.conditions().map(({ alarmId }) => alarmId)).not.toContain('kernels:down');
  await kernels.stop();
  expect(kernels.worker).toBeNull();
});

it('turned off, there is no thread and no row', async () => {
  const { clock, kernels } = start({ enabled: false });
  clock.advance(START_MS);
  expect(kernels.worker).toBeNull();
  expect(kernels.status()).toEqual([]);
  await kernels.stop();
});
