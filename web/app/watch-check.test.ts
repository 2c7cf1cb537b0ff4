import { expect, it } from 'vitest';
import type { CheckReport, CrossCheck, CrossCheckReply } from '../../protocol/cross-check.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import type { CheckAnswer } from '../compute/port.ts';
import { createCrossCheckStore } from '../state/cross-check.ts';
import { checkSentence, checkShort } from '../state/check-words.ts';
import { CheckWatch } from './watch-check.ts';

const NONE = { fewer: 0, more: 0, other: 0, of: 2 };
const checkAt = (second: number): CrossCheck => ({
  ...{ asOf: (second * 1e6) as never, columns: 512, backend: 'wasm', code: 'test', meanCorrelation: 0.5 },
  rows: [0, 1].map((instrument) => ({ instrument: instrument as never, samples: 512, digest: 7 })),
  pairs: [[0, 1, 0.5, 512]],
});
const reply = (check: CrossCheck | null, why: string | null = null): Result<CrossCheckReply> =>
  ok({ ok: true, everySeconds: 30, check, why });
const agreed: CheckAnswer = {
  ...{ kind: 'compared', backend: 'webgpu' },
  comparison: { kind: 'agreed', compared: 1, of: 1, error: 1.2e-7, inputs: NONE },
};
const worst = { of: 'pair', row: 0, column: 1, own: 0.6, published: 0.5 } as const;
const apart: CheckAnswer = {
  ...{ kind: 'compared', backend: 'webgpu' },
  comparison: { kind: 'disagreed', compared: 1, of: 1, beyond: 1, worst },
};

function rig() {
  const store = createCrossCheckStore();
  const given = {
    reply: reply(null, 'Not yet.'),
    answer: Promise.resolve(agreed),
    taken: ok(null) as Result<unknown>,
    backend: 'webgpu' as Backend,
    now: 0,
  };
  const seen = { reads: 0, computed: 0, reports: [] as CheckReport[] };
  const timers = new Map<number, () => void>();
  const watch = new CheckWatch({
    store,
    read: () => {
      seen.reads++;
      return Promise.resolve(given.reply);
    },
    compute: () => {
      seen.computed++;
      return given.answer;
    },
    report: (report) => {
      seen.reports.push(report);
      return Promise.resolve(given.taken);
    },
    nameOf: (index) => ['BTC', 'ETH'][index] ?? '?',
    backend: () => ({ backend: given.backend, adapter: 'Käme' }),
    version: '0.1.0',
    now: () => (given.now += 1e6),
    later: (ms, run) => {
      timers.set(ms, run);
      return () => timers.delete(ms);
    },
  });
  const settle = () => new Promise((next) => setImmediate(next));
  /** The timer of so many ms comes due. */
  const due = async (ms: number) => {
    const run = timers.get(ms);
    timers.delete(ms);
    run?.();
    await settle();
  };
  return { store, given, seen, timers, watch, settle, due };
}

it('asks until there is a check, then as often as the server says, and tells what it found', async () => {
  const { store, given, seen, watch, settle, due } = rig();
  watch.start();
  await settle();
  expect(checkShort(store.getState())).toBe('not checked since 00:00:01 (Not yet)');
  given.reply = reply(checkAt(60));
  await due(30_000);
  expect(seen.reports).toEqual([
    {
      ...{ asOf: 60e6, backend: 'webgpu', adapter: 'K?me', version: '0.1.0' },
      verdict: { kind: 'agreed', compared: 1 },
    },
  ]);
  expect(checkShort(store.getState())).toBe('as the server computes');
  expect(checkSentence(store.getState())).toBe(
    'WebGPU computed what the server did as of 00:01:00: 1 of 1 pairs, none apart by more than 1.2e-7.',
  );
});

it('computes the same check again only when something else computes', async () => {
  const { given, seen, watch, settle, due } = rig();
  given.reply = reply(checkAt(60));
  watch.start();
  await settle();
  await due(30_000);
  expect([seen.reads, seen.computed]).toEqual([2, 1]);
  given.backend = 'wasm';
  await due(30_000);
  expect(seen.computed).toBe(2);
});

it('what disagrees stays until it agrees again, whatever cannot be checked meanwhile', async () => {
  const { store, given, seen, watch, settle, due } = rig();
  given.reply = reply(checkAt(60));
  given.answer = Promise.resolve(apart);
  given.taken = refuse('unreachable', 'The server cannot be reached.');
  watch.start();
  await settle();
  expect(seen.reports[0]?.verdict).toEqual({ kind: 'disagreed', compared: 1, beyond: 1, worst });
  expect(checkSentence(store.getState())).toBe(
    'This console does not compute what the server computes of the same returns, as of 00:01:00: BTC and ETH, ' +
      '+0.6000000 here (WebGPU), +0.5000000 there, over the bound of 2e-6. So it is with 1 of 1 pairs. ' +
      'The server does not know it yet: The server cannot be reached.',
  );
  given.reply = refuse('unreachable', 'The server cannot be reached.');
  await due(30_000);
  expect(checkShort(store.getState())).toBe('NOT what the server computes');
  expect(checkSentence(store.getState())).toContain(
    'Not checked against the server since 00:00:01: The server',
  );
  given.reply = reply(checkAt(90));
  given.answer = Promise.resolve(agreed);
  given.taken = ok(null);
  await due(30_000);
  expect(checkShort(store.getState())).toBe('as the server computes');
});

it('no answer is no agreement: since the first time, with the newest reason', async () => {
  const { store, given, seen, watch, settle, due } = rig();
  given.reply = reply(checkAt(60));
  watch.start();
  await settle();
  given.reply = reply(checkAt(90));
  given.answer = new Promise(() => undefined);
  await due(30_000);
  await due(20_000);
  expect(store.getState().unchecked?.why).toBe('The compute worker did not answer.');
  const since = store.getState().unchecked?.since;
  const other: CheckAnswer = {
    ...{ kind: 'compared', backend: 'webgpu' },
    comparison: { kind: 'other-inputs', inputs: { fewer: 1, more: 0, other: 1, of: 2 } },
  };
  given.answer = Promise.resolve(other);
  await due(30_000);
  expect(store.getState().unchecked).toEqual({
    since,
    why: 'Of 2 of 2 instruments this console has other returns than the server (1 with fewer bars here, 1 with other ones), so that their correlations are not compared.',
  });
  // The one before is not told as if it were of now.
  expect(checkShort(store.getState())).toMatch(/^not checked since/);
  expect(seen.reports).toHaveLength(1);
});

it('stands still while it is stopped, and forgets what was asked before', async () => {
  const { store, given, seen, timers, watch, settle } = rig();
  given.reply = reply(checkAt(60));
  let compute: (answer: CheckAnswer) => void = () => undefined;
  given.answer = new Promise((resolve) => (compute = resolve));
  watch.start();
  await settle();
  watch.stop('This page was hidden.');
  compute(agreed);
  await settle();
  expect(store.getState()).toMatchObject({ last: null, unchecked: { why: 'This page was hidden.' } });
  expect([seen.reports.length, timers.has(30_000)]).toEqual([0, false]);
  given.answer = Promise.resolve(agreed);
  watch.start();
  await settle();
  expect(store.getState().last?.comparison.kind).toBe('agreed');
});
