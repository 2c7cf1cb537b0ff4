import { expect, it } from 'vitest';
import { cpuAnalysisKernels } from '../../shaders/analyses/kernels.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { indexes, market } from './kernels.testkit.ts';
import type { KernelsToControl } from './port.ts';
import { Runner } from './runner.ts';

const NAMES = ['A', 'B', 'C'];
const kernels = cpuAnalysisKernels(false);

function rig(): {
  clock: ManualClock;
  runner: Runner;
  said: KernelsToControl[];
  silence: { seconds: number };
  until: (kind: KernelsToControl['kind'], count: number) => Promise<void>;
} {
  const clock = new ManualClock();
  const said: KernelsToControl[] = [];
  const silence = { seconds: 0 };
  const runner = new Runner({
    settings: { everySeconds: 30, window: 120, clusterCorrelation: 0.5 },
    clock,
    kernels,
    market: {
      market: () => undefined,
      rows: [...indexes(NAMES)].map(([name, index]) => ({ name, index })),
      listed: 3,
      panel: () => market(NAMES, 240, 1),
      spreadAt: () => null,
      get silentSeconds() {
        return silence.seconds;
      },
    },
    say: (message) => said.push(message),
    others: () => Promise.resolve(),
  });
  runner.hear({ kind: 'market', rows: [], venues: [] });
  runner.start();
  const until = async (kind: KernelsToControl['kind'], count: number): Promise<void> => {
    while (said.filter((one) => one.kind === kind).length < count) {
      await new Promise((next) => setImmediate(next));
    }
  };
  return { clock, runner, said, silence, until };
}

it('runs on its schedule with the book of that moment; what is due meanwhile is skipped and counted', async () => {
  const { clock, runner, said, until } = rig();
  clock.advance(30_000);
  await until('book?', 1);
  clock.advance(60_000);
  expect(said.filter(({ kind }) => kind === 'book?')).toHaveLength(1);
  runner.hear({ kind: 'book', held: [] });
  // The clock of a run is the injected one: a minute passed while it asked, and it is not yet over.
  await until('report', 1);
  await until('counts', 4);
  expect(said.at(-1)).toEqual({ kind: 'counts', runs: 1, skipped: 2, cut: 0 });
  runner.stop();
  clock.advance(90_000);
  expect(said.filter(({ kind }) => kind === 'book?')).toHaveLength(1);
});

it('tells nothing of a market that fell silent', async () => {
  const { clock, runner, said, silence, until } = rig();
  silence.seconds = 6;
  clock.advance(30_000);
  await until('counts', 2);
  expect(said.map(({ kind }) => kind)).toEqual(['counts', 'counts']);
  runner.stop();
});

it('rows that change while the book is asked for end that run', async () => {
  const { clock, runner, said, until } = rig();
  clock.advance(30_000);
  await until('book?', 1);
  runner.hear({ kind: 'market', rows: [], venues: [] });
  runner.hear({ kind: 'book', held: [] });
  await until('counts', 2);
  expect(said.some(({ kind }) => kind === 'report')).toBe(false);
  runner.stop();
});
