import { beforeEach, describe, expect, test } from 'vitest';
import { refuse, ok, type Result } from '../../protocol/result.ts';
import { cpuAnalysisKernels, type Kernels } from '../../shaders/analyses/kernels.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { TickMarket } from '../../shaders/analyses/tick-market.ts';
import { plantedTicks } from '../../shaders/analyses/ticks.testkit.ts';
import { GpuFault } from '../../shaders/runtime/context.ts';
import { AnalysisDesk } from './analysis-desk.ts';
import type { FromAnalysis, Question, TicksOf } from './analysis-port.ts';

const T = 64;
const NAMES = ['A', 'B', 'C', 'D'];

/** Four waves that nobody would take for one another. */
function panel(times = T): ReturnsPanel {
  const returns = Float64Array.from({ length: NAMES.length * T }, (_, at) =>
    Math.sin((1 + Math.floor(at / T)) * 0.7 * (at % T)),
  );
  return {
    ...{ names: NAMES, returns, valid: new Uint32Array(NAMES.length * 2).fill(-1), n: NAMES.length, t: T },
    ...{ times: Float64Array.from({ length: T }, (_, k) => (times - T + k) * 1e6), horizon: '1s' },
    source: { kind: 'live' },
  };
}

const question = (everyS = 5): Question => ({
  name: 'structure',
  options: { least: 0.5, seed: 1, window: 32, every: 32 },
  ...{ of: { horizon: '1s', window: T }, everyS },
});

const wasm = cpuAnalysisKernels(true);
const onCpu = { cpu: wasm, current: () => wasm };

/** A desk whose panels come when the test lets them come. */
class Case {
  clock = 1_000_000;
  readonly heard: FromAnalysis[] = [];
  readonly asked: ((panel: Result<ReturnsPanel>) => void)[] = [];
  readonly askedTicks: { of: TicksOf; resolve: (market: Result<TickMarket>) => void }[] = [];
  readonly desk = new AnalysisDesk({
    kernels: onCpu,
    panel: () => new Promise((resolve) => this.asked.push(resolve)),
    ticks: (of) => new Promise((resolve) => this.askedTicks.push({ of, resolve })),
    post: (message) => this.heard.push(message),
    now: () => this.clock,
    others: () => Promise.resolve(),
  });

  /** Lets the panel that is waited for come, and all that follows from it. */
  async serve(served: Result<ReturnsPanel> = ok(panel())): Promise<void> {
    this.asked.shift()?.(served);
    await this.settle();
  }

  /** Nothing here waits for a timer or a message: one turn of the loop settles every promise. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  said(): string[] {
    return this.heard.splice(0).map(({ kind, slot, id }) => `${kind} ${slot}.${id}`);
  }
}

let at: Case;
beforeEach(() => (at = new Case()));

describe('the desk', () => {
  test('answers one question at a time, the newest first', async () => {
    at.desk.ask(1, 1, question());
    at.desk.ask(2, 1, question());
    at.desk.ask(3, 1, question());
    expect(at.said()).toEqual(['running 1.1']);
    await at.serve();
    expect(at.said()).toEqual(['answered 1.1', 'running 3.1']);
    await at.serve();
    await at.serve();
    expect(at.said()).toEqual(['answered 3.1', 'running 2.1', 'answered 2.1']);
  });

  test('a newer question of a panel ends the one before it, which is never heard of again', async () => {
    at.desk.ask(1, 1, question());
    at.desk.ask(1, 2, question());
    await at.serve();
    expect(at.said()).toEqual(['running 1.1', 'running 1.2']);
    await at.serve();
    expect(at.said()).toEqual(['answered 1.2']);
  });

  test('what nobody waits for is not computed to its end', async () => {
    let products = 0;
    const counting: Kernels = {
      ...wasm,
      correlate: (panel) => {
        products++;
        return wasm.correlate(panel);
      },
    };
    at.desk.useKernels({ cpu: counting, current: () => counting });
    at.desk.ask(1, 1, question());
    at.desk.drop(1);
    await at.serve();
    // One for the present, and one for the history's first point, after which it breathes.
    expect(products).toBe(2);
    at.desk.ask(1, 2, question());
    await at.serve();
    expect(products).toBeGreaterThan(4);
  });

  test('a question of trades is answered from trades, and refused ones are asked for again after a rest', async () => {
    const of = { instruments: [{ index: 4, name: 'X' }], seconds: 60 };
    at.desk.ask(1, 1, { name: 'tickLeads', options: { seed: 1 }, of, everyS: 15 });
    expect(at.askedTicks[0]?.of).toEqual(of);
    expect(at.asked).toHaveLength(0);
    at.askedTicks.shift()?.resolve(refuse('no-ticks', 'None.'));
    await at.settle();
    expect(at.said()).toEqual(['running 1.1', 'refused 1.1']);
    at.clock += 2000;
    at.desk.bar();
    expect(at.askedTicks).toHaveLength(0);
    at.clock += 3000;
    at.desk.bar();
    const planted = [0, 100].map((lagMs) => ({ name: `L${lagMs}`, lagMs, share: 0.9, everyMs: 60 }));
    at.askedTicks.shift()?.resolve(ok(plantedTicks(planted, 60, 1)));
    const answered = (): FromAnalysis | undefined => at.heard.find(({ kind }) => kind === 'answered');
    while (!answered()) await at.settle();
    expect(answered()).toMatchObject({
      answered: { answer: { edges: [{ leader: 'L0', follower: 'L100' }] } },
    });
  });

  test('nothing is computed for a panel that is gone', async () => {
    at.desk.ask(1, 1, question());
    at.desk.ask(2, 1, question());
    at.desk.drop(1);
    at.desk.drop(2);
    await at.serve();
    expect(at.said()).toEqual(['running 1.1']);
    at.clock += 60_000;
    at.desk.bar();
    expect(at.said()).toEqual([]);
  });

  test('asks again as bars come, at most every so many seconds', async () => {
    at.desk.ask(1, 1, question(5));
    await at.serve();
    at.said();
    for (let second = 1; second <= 4; second++) {
      at.clock += 1000;
      at.desk.bar();
    }
    expect(at.said()).toEqual([]);
    // A bar that comes a little early is still the fifth.
    at.clock += 980;
    at.desk.bar();
    expect(at.said()).toEqual(['running 1.1']);
  });

  test('asks of imported prices once, and of those that are not here yet until they are', async () => {
    at.desk.ask(1, 1, { ...question(5), of: { horizon: '1s', window: T, imported: 'a hash' } });
    await at.serve(refuse('no-prices', 'These prices are not loaded.'));
    at.desk.bar();
    await at.serve();
    expect(at.said()).toEqual(['running 1.1', 'refused 1.1', 'running 1.1', 'answered 1.1']);
    at.clock += 60_000;
    at.desk.bar();
    expect(at.said()).toEqual([]);
  });

  test('what takes long rests as long', async () => {
    at.desk.ask(1, 1, question(5));
    at.clock += 20_000;
    await at.serve();
    at.said();
    at.clock += 10_000;
    at.desk.bar();
    expect(at.said()).toEqual([]);
    at.clock += 10_000;
    at.desk.bar();
    expect(at.said()).toEqual(['running 1.1']);
  });

  test('an unseen page computes nothing; seen again, it does', async () => {
    at.desk.visible(false);
    at.desk.ask(1, 1, question());
    at.desk.bar();
    expect(at.said()).toEqual([]);
    at.desk.visible(true);
    await at.serve();
    expect(at.said()).toEqual(['running 1.1', 'answered 1.1']);
  });

  test('what was refused is tried again with the next bar', async () => {
    at.desk.ask(1, 1, question());
    await at.serve(refuse('no-bars', 'There are no bars yet.'));
    expect(at.heard.at(-1)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'no-bars', sentence: 'There are no bars yet.' },
    });
    at.said();
    at.clock += 1000;
    at.desk.bar();
    await at.serve();
    expect(at.said()).toEqual(['running 1.1', 'answered 1.1']);
  });

  test('a mistake of ours is told as such, and the next question is answered', async () => {
    at.desk.ask(1, 1, question());
    at.desk.ask(2, 1, question());
    await at.serve(ok({ ...panel(), returns: null } as never));
    expect(at.heard[1]).toMatchObject({ kind: 'failed', slot: 1 });
    await at.serve();
    expect(at.said()).toEqual(['running 1.1', 'failed 1.1', 'running 2.1', 'answered 2.1']);
  });

  test('another backend is another answer to every question', async () => {
    at.desk.ask(1, 1, question());
    await at.serve();
    const typescript = cpuAnalysisKernels(false);
    at.desk.useKernels({ cpu: typescript, current: () => typescript });
    await at.serve();
    expect(at.said()).toEqual(['running 1.1', 'answered 1.1', 'running 1.1', 'answered 1.1']);
  });

  test('a device that is lost in the middle of it costs no answer: the CPU gives it, and says so', async () => {
    const lost = {
      ...wasm,
      backend: 'webgpu',
      correlate: () => Promise.reject(new GpuFault('reset')),
    } as const;
    at.desk.useKernels({ cpu: wasm, current: () => lost });
    at.desk.ask(1, 1, question());
    await at.serve();
    expect(at.heard.at(-1)).toMatchObject({
      kind: 'answered',
      answered: { provenance: { backend: 'wasm' } },
    });
  });
});
