import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok, refuse } from '../../protocol/result.ts';
import { reportOf } from './kernels.testkit.ts';
import { kernelsRow } from './row.ts';
import { overLimits } from './over-limits.ts';
import { rowsOf } from './rows-of.ts';
import { judge as judgeOf, LastDays, type Cause, type Raised } from './verdicts.ts';
import type { KernelReport } from './report.ts';

const ALARMS = {
  correlationShockP: 0.01,
  cascadeProbability: 0.6,
  volatilityProbability: 0.95,
  flashCrash: true,
  coExceedance: true,
};
const OFF = {
  correlationShockP: null,
  cascadeProbability: null,
  volatilityProbability: null,
  flashCrash: false,
  coExceedance: false,
};
/** On a day that had nothing like it. */
const judge = (report: KernelReport | null, alarms: typeof OFF | typeof ALARMS, before: Raised) =>
  judgeOf(report, alarms, before, { shock: true, volatility: true });
const unknown = refuse('learning', 'Not yet.');

/** Over its limit, between, and well under it. */
const STEPS: Readonly<Record<Cause, readonly Partial<KernelReport>[]>> = {
  shock: [0.005, 0.015, 0.5].map((p) => ({ shock: ok({ before: 0.2, after: 0.6, p, instruments: 9 }) })),
  cascade: [0.7, 0.58, 0.5].map((probability) => ({
    cascade: ok({ given: 'BTC', probability, error: 0.01, k: 9, of: 12 }),
  })),
  volatility: [0.99, 0.8, 0.2].map((probability) => ({ wild: ok({ probability, size: 1e-3 }) })),
  flash: [['BTC'], null, []].map((crashing) => ({
    flash: crashing === null ? unknown : ok({ crashing, watched: 9 }),
  })),
  'co-exceedance': [true, null, false].map((isCascade) => ({
    coExceedance: isCascade === null ? unknown : ok({ down: 8, of: 9, usual: 2, isCascade }),
  })),
};

describe('R-37 an alarm of the market', () => {
  it.each(Object.entries(STEPS))(
    '%s is raised at its limit, held behind it, cleared well behind',
    (cause, steps) => {
      const [over, between, under] = steps.map((change) => reportOf(change));
      if (!over || !between || !under) throw new Error('three steps');
      const has = (raised: ReturnType<typeof judge>) => raised.has(cause as Cause);
      const none = new Map();
      expect(has(judge(between, ALARMS, none))).toBe(false);
      const raised = judge(over, ALARMS, none);
      expect([...raised.keys()]).toEqual([cause]);
      expect(has(judge(between, ALARMS, raised))).toBe(true);
      expect(has(judge(null, ALARMS, raised))).toBe(true);
      expect(has(judge(under, ALARMS, raised))).toBe(false);
      expect(judge(over, OFF, none).size).toBe(0);
    },
  );

  it('is never raised by what is not known', () => {
    const part = fc.constantFrom('shock', 'cascade', 'wild', 'flash', 'coExceedance');
    fc.assert(
      fc.property(fc.uniqueArray(part), (parts) => {
        const report = reportOf(Object.fromEntries(parts.map((name) => [name, unknown])));
        expect(judge(report, ALARMS, new Map()).size).toBe(0);
      }),
    );
  });

  it('of a shock needs a difference that matters, however sure it is; of a cascade, to be surely over', () => {
    const small = reportOf({ shock: ok({ before: 0.2, after: 0.3, p: 0.005, instruments: 9 }) });
    expect(judge(small, ALARMS, new Map()).size).toBe(0);
    const unsure = reportOf({ cascade: ok({ given: 'BTC', probability: 0.65, error: 0.03, k: 9, of: 12 }) });
    expect(judge(unsure, ALARMS, new Map()).size).toBe(0);
  });

  it.each(['shock', 'volatility'] as const)(
    '%s is not raised by what the two days before had too, and is by what it had not',
    (cause) => {
      const HOUR = 3_600_000_000;
      const day = new LastDays();
      const isRaisedAt = (hour: number, size: number, isSure = true): boolean => {
        const report = reportOf({
          asOf: hour * HOUR,
          shock: ok({ before: 0, after: -size, p: isSure ? 0.005 : 0.5, instruments: 9 }),
          wild: ok({ probability: isSure ? 0.99 : 0.7, size }),
        });
        return judgeOf(report, ALARMS, new Map(), day.step(report, ALARMS)).has(cause);
      };
      expect(isRaisedAt(0, 0.3)).toBe(true);
      expect(isRaisedAt(1, 0.3)).toBe(false);
      expect(isRaisedAt(2, 0.31)).toBe(true);
      // What was not over its limit is no measure of what was.
      expect(isRaisedAt(3, 0.9, false)).toBe(false);
      expect(isRaisedAt(4, 0.4)).toBe(true);
      expect(isRaisedAt(52, 0.4)).toBe(false);
      expect(isRaisedAt(101, 0.4)).toBe(true);
      expect(day.step(reportOf({ asOf: 199 * HOUR }), OFF)).toEqual({ shock: false, volatility: false });
    },
  );
});

describe('the health row of the market analyses', () => {
  const reading = {
    ...{ dead: null, report: reportOf(), ageSeconds: 3, isFresh: true, runs: 2, skipped: 1, cut: 0 },
    ...{ restarts: 0, needed: [] },
  } as const;
  const state = (change: Partial<Parameters<typeof kernelsRow>[0]>) => kernelsRow({ ...reading, ...change });

  it('is well with a fresh report, unknown without one, with an old one, and where what an alarm needs is not known', () => {
    expect(state({})).toMatchObject({ state: 'ok' });
    expect(state({}).figures).toContainEqual(expect.objectContaining({ name: 'runs skipped', value: 1 }));
    expect(state({ report: null, ageSeconds: null, isFresh: false }).state).toBe('unknown');
    expect(state({ isFresh: false, ageSeconds: 100 })).toMatchObject({ state: 'unknown' });
    expect(state({ dead: 'It died.' })).toMatchObject({ state: 'down', sentence: 'It died.' });
    const report = reportOf({ wild: unknown });
    expect(state({ report }).state).toBe('ok');
    expect(state({ report, needed: ['wild'] })).toMatchObject({
      state: 'unknown',
      sentence: 'Not known: the volatility regime (Not yet.)',
    });
  });
});

it('what is held is computed first, and two of one name are told apart', () => {
  const list = ['BTC', 'ETH', 'BTC', 'SOL'].map((name, index) => ({
    index: index as never,
    name,
    venue: `v${index}` as never,
  }));
  expect(rowsOf(list, new Set([3 as never]), 2).map(({ name }) => name)).toEqual(['BTC', 'SOL']);
  expect(rowsOf(list, new Set(), 9).map(({ name }) => name)).toEqual(['BTC · v0', 'ETH', 'BTC · v2', 'SOL']);
});

describe('R-44 an alarm of a limit that rests on the market', () => {
  const view = (observed: string | null, rule = 'value-at-risk') => ({
    ...{ rule, observed, limit: '10000000', name: 'Value at risk', at: null },
  });

  it('is raised over it, stays until it is some way under, and is moved by nothing that is not known', () => {
    const raised = overLimits([view('10000001')], new Map());
    expect(raised.get('value-at-risk')?.sentence).toBe('Value at risk: 10 USD, over the limit of 10 USD.');
    expect(overLimits([view('10000000')], new Map()).size).toBe(0);
    expect(overLimits([view(null)], new Map()).size).toBe(0);
    for (const held of ['9600000', null]) expect(overLimits([view(held)], raised)).toEqual(raised);
    expect(overLimits([view('9500000')], raised).size).toBe(0);
    expect(overLimits([view('99999999', 'position')], new Map()).size).toBe(0);
    expect([...overLimits([view('99999999', 'cluster')], new Map()).keys()]).toEqual(['cluster']);
  });
});
