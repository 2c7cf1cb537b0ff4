import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { build } from 'vite';
import { equalBands, placeBand } from './band.ts';
import { buildPanel } from './build-panel.ts';
import { invalidWords, type Correlated } from './correlated.ts';
import { Crew, worthACrew, type BandAnswer, type Helper } from './crew.ts';
import { answerBands } from './helper.ts';
import type { Panel } from './panel.ts';
import { Preference } from './preference.ts';
import { factorReturns } from './returns.testkit.ts';
import { WasmCorrelation } from './wasm.ts';

const wasm = new WasmCorrelation();
/** Just large enough to be shared: 512 × 513 / 2 × 256 multiplications. */
const large = buildPanel(factorReturns(512, 256, 1));

afterEach(() => vi.unstubAllGlobals());

/** The bits of one worker; by bytes, because a matcher takes a second for a matrix. */
function expectBits({ matrix, invalid }: Correlated, panel: Panel): void {
  const alone = wasm.correlate(panel);
  const same = (a: Float32Array | Uint32Array, b: Float32Array | Uint32Array): boolean =>
    Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(
      Buffer.from(b.buffer, b.byteOffset, b.byteLength),
    );
  expect(same(matrix, alone.matrix), 'ρ').toBe(true);
  expect(same(invalid, alone.invalid), 'invalid bits').toBe(true);
}

test('bands are whole words of rows, cover them once and are of about equal area', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 8 }), (n, workers) => {
      const bands = equalBands(n, workers);
      expect(bands[0]?.from).toBe(0);
      expect(bands.at(-1)?.to).toBe(n);
      const area = ({ from, to }: { from: number; to: number }): number =>
        ((n - from) ** 2 - (n - to) ** 2) / 2;
      for (const [k, { from, to }] of bands.entries()) {
        expect(from % 32).toBe(0);
        expect(to).toBe(bands[k + 1]?.from ?? n);
        // Off by half a word of rows at either end, at most.
        expect(area({ from, to })).toBeLessThanOrEqual((n * n) / 2 / workers + 32 * n);
      }
    }),
  );
});

test('bands put together are the bits of the whole, whatever is missing', () => {
  const shape = fc.record({
    n: fc.integer({ min: 1, max: 150 }),
    t: fc.integer({ min: 20, max: 90 }),
    seed: fc.integer(),
    missing: fc.constantFrom(0, 0.2, 1),
    workers: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(shape, ({ n, t, seed, missing, workers }) => {
      const panel = buildPanel(factorReturns(n, t, seed, missing));
      const whole = {
        matrix: new Float32Array(n * n).fill(7),
        invalid: new Uint32Array(n * invalidWords(n)).fill(7),
      };
      for (const rows of equalBands(n, workers)) placeBand(whole, n, wasm.correlateBand(panel, rows));
      expectBits(whole, panel);
    }),
    { numRuns: 25 },
  );
});

/** What a test does with a message to a helper: null drops it. */
type Fate = (answer: BandAnswer) => BandAnswer | null;

/** A crew whose helpers live on this thread, behind copies of messages, and whose timers the test fires. */
function crewOf(helpers: number, fate: Fate = (answer) => answer, now = (): number => 0) {
  const timers = new Set<() => void>();
  const closed: number[] = [];
  let spawned = 0;
  let answered = 0;
  const crew = new Crew(new WasmCorrelation(), {
    helpers,
    now,
    spawn: (hear): Helper => {
      const number = spawned++;
      const answer = answerBands((message) => {
        const kept = fate(message);
        if (kept?.kind === 'band') answered++;
        if (kept !== null) hear(structuredClone(kept));
      });
      return {
        post: (request) => queueMicrotask(() => answer(structuredClone(request))),
        close: () => void closed.push(number),
      };
    },
    after: (_, then) => {
      timers.add(then);
      return () => timers.delete(then);
    },
  });
  return { crew, timers, closed, bands: () => answered };
}

describe('a crew', () => {
  test.each([1, 2, 3])(
    'with %i helpers gives the bits of one worker, each band by its own',
    async (helpers) => {
      const { crew, bands, timers } = crewOf(helpers);
      // The first starts them; from when they are ready they take part.
      expectBits(await crew.correlate(large), large);
      expectBits(await crew.correlate(large), large);
      expect(crew.view.workers).toBe(1 + helpers);
      expect(bands()).toBeGreaterThanOrEqual(helpers);
      expect(crew.bytes).toBeGreaterThan(0);
      expect(timers.size).toBe(0);
    },
  );

  test('and so it does with samples missing, and where no memory can be shared', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const { crew, bands } = crewOf(1);
    const holed = buildPanel(factorReturns(512, 260, 2, 0.1));
    // The second alone, to be measured.
    for (const panel of [large, large, holed]) expectBits(await crew.correlate(panel), panel);
    expect(bands()).toBe(2);
  });

  test('leaves small matrices to one worker and starts nobody for them', async () => {
    const { crew, bands } = crewOf(2);
    const small = buildPanel(factorReturns(256, 256, 3));
    expect(worthACrew(small)).toBe(false);
    expectBits(await crew.correlate(small), small);
    expect(bands()).toBe(0);
    expect(crew.view).toEqual({
      workers: 1,
      why: 'One worker computes: no matrix was large enough for more yet.',
    });
  });

  test('computes alone while its helpers start', async () => {
    const { crew, bands } = crewOf(1, (answer) => (answer.kind === 'ready' ? null : answer));
    expectBits(await crew.correlate(large), large);
    expect(bands()).toBe(0);
    expect(crew.view.workers).toBe(1);
  });

  test('a helper that does not answer is let go, and its band is there all the same', async () => {
    const { crew, timers, closed } = crewOf(2, (answer) => (answer.kind === 'band' ? null : answer));
    const result = crew.correlate(large);
    // Every helper was asked: each has a timer.
    for (const fire of [...timers]) fire();
    expectBits(await result, large);
    expect(closed).toEqual([0, 1]);
    expect(crew.view).toEqual({
      workers: 1,
      why: 'One worker computes. A helper was let go: It did not answer.',
    });
    expectBits(await crew.correlate(large), large);
  });

  test('a helper that fails in the middle is let go, and its band is there all the same', async () => {
    let jobs = 0;
    const { crew, closed } = crewOf(2, (answer) =>
      answer.kind === 'band' && ++jobs === 2 ? { kind: 'failed', why: 'out of memory' } : answer,
    );
    expectBits(await crew.correlate(large), large);
    expect(closed).toHaveLength(1);
    expect(crew.view.workers).toBe(2);
    expect(crew.view.why).toMatch(/shared by 2 workers\. A helper was let go: out of memory/);
  });

  test('an answer to another question is not taken for this one', async () => {
    const stale = answered(wasm, large);
    let first = true;
    const { crew, timers } = crewOf(1, (answer) => {
      if (answer.kind !== 'band' || !first) return answer;
      first = false;
      return stale;
    });
    const result = crew.correlate(large);
    await Promise.resolve();
    for (const fire of [...timers]) fire();
    expectBits(await result, large);
  });

  test('that was measured to be slower than one worker leaves it to one, and is tried again', async () => {
    let clock = 0;
    let slow = true;
    // A helper's answer takes 50 ms, one worker 0.
    const { crew, bands } = crewOf(
      1,
      (answer) => {
        if (answer.kind === 'band' && slow) clock += 50;
        return answer;
      },
      () => clock,
    );
    for (let k = 0; k < 12; k++) expectBits(await crew.correlate(large), large);
    expect(bands()).toBe(1);
    expect(crew.view.why).toMatch(/^One worker computes: 2 took .* times as long here\.$/);
    slow = false;
    for (let k = 0; k < 12; k++) await crew.correlate(large);
    expect(bands()).toBeGreaterThan(2);
    expect(crew.view.workers).toBe(2);
  });

  test('that cannot start anybody says so and computes', async () => {
    const crew = new Crew(new WasmCorrelation(), {
      helpers: 1,
      now: () => 0,
      spawn: () => {
        throw new Error('workers are forbidden here');
      },
      after: () => () => undefined,
    });
    expectBits(await crew.correlate(large), large);
    expect(crew.view.why).toMatch(/workers are forbidden here/);
  });

  test('closed in the middle, it still answers', async () => {
    const { crew, closed } = crewOf(1, (answer) => (answer.kind === 'band' ? null : answer));
    const result = crew.correlate(large);
    crew.close();
    expectBits(await result, large);
    expect(closed).toEqual([0]);
  });
});

/** The answer that some other job had: a band of zeros. */
function answered(kernel: WasmCorrelation, panel: Panel): BandAnswer {
  const band = kernel.correlateBand(panel, { from: 0, to: 32 });
  band.upper.matrix.fill(0);
  return { kind: 'band', job: -1, band, bytes: 0 };
}

test('on a thread of its own, over memory that both share, the bits are the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cwts-helper-'));
  const input = fileURLToPath(new URL('./helper-thread.testkit.ts', import.meta.url));
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: { input: { thread: input }, output: { entryFileNames: '[name].mjs' } },
    },
  });
  const threads: Worker[] = [];
  let settle = { ready: (): void => undefined, failed: (_: Error): void => undefined };
  const ready = new Promise<void>((resolve, reject) => {
    settle = { ready: resolve, failed: reject };
  });
  let answers = 0;
  const crew = new Crew(new WasmCorrelation(), {
    helpers: 1,
    now: () => 0,
    spawn: (hear) => {
      const thread = new Worker(join(folder, 'thread.mjs'));
      threads.push(thread);
      thread.on('message', (answer: BandAnswer) => {
        if (answer.kind === 'band') answers++;
        hear(answer);
        if (answer.kind === 'ready') settle.ready();
      });
      thread.on('error', (error) => settle.failed(error));
      return { post: (request) => thread.postMessage(request), close: () => undefined };
    },
    after: () => () => undefined,
  });
  try {
    expectBits(await crew.correlate(large), large);
    await ready;
    const holed = buildPanel(factorReturns(513, 256, 5, 0.1));
    for (const panel of [large, holed]) expectBits(await crew.correlate(panel), panel);
    expect(answers).toBe(2);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what was faster lately is preferred, and the other tried once in sixteen', () => {
  const preference = new Preference();
  expect(preference.choose()).toBe('together');
  preference.took('together', 100, 50);
  expect(preference.gain).toBeNull();
  expect(preference.choose()).toBe('alone');
  preference.took('alone', 200, 50);
  expect(preference.gain).toBe(0.5);
  const ways = Array.from({ length: 32 }, () => preference.choose());
  expect(ways.filter((way) => way === 'together')).toHaveLength(2);
  preference.took('together', 100, 5);
  expect(preference.gain).toBe(5);
  expect(preference.choose()).toBe('together');
  // One slow time is a neighbour's; seven in a row are how it is.
  preference.took('together', 100, 30);
  expect(preference.gain).toBeGreaterThan(1);
  for (let k = 0; k < 6; k++) preference.took('together', 100, 30);
  expect(preference.gain).toBeLessThan(1);
});
