import { expect, it } from 'vitest';
import { refuse, ok } from '../../protocol/result.ts';
import { reportOf } from '../kernels/kernels.testkit.ts';
import type { RunsQuestion } from '../store/runs/questions.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { figuresOf, kernelHistory } from './kernel-history.ts';

it('of a report each figure that it could tell is kept in whole millionths, and no other', () => {
  const figures = figuresOf(reportOf(), 'SIM', 'c');
  const of = (name: string) => figures.find(({ figure }) => figure === name);
  expect(figures).toHaveLength(8);
  expect(of('absorption-1s')).toMatchObject({ value: 400_000, samples: 60, instruments: 4, origin: 'SIM' });
  expect(of('wild')).toMatchObject({ value: 100_000, samples: null });
  const unknown = refuse('learning', 'Not yet.');
  const none = { seconds: unknown, minutes: unknown, wild: unknown, cascade: unknown, risk: unknown };
  expect(figuresOf(reportOf(none), 'SIM', 'c')).toEqual([]);
  const report = reportOf();
  if (!report.risk.ok || !report.seconds.ok) throw new Error('the report tells nothing');
  const risk = ok({
    ...report.risk.value,
    valueAtRisk: 123_456_789n as never,
    shortfall: (1n << 60n) as never,
  });
  const seconds = ok({ ...report.seconds.value, meanCorrelation: Number.NaN });
  const left = figuresOf(reportOf({ risk, seconds }), 'SIM', 'c').map(({ figure, value }) => [figure, value]);
  expect(left).toContainEqual(['value-at-risk', 123_456_789]);
  expect(left.map(([figure]) => figure)).not.toContain('shortfall');
  expect(left.map(([figure]) => figure)).not.toContain('mean-correlation-1s');
});

it('a range ends with the bucket of now, and says whether anything is recorded', async () => {
  const asked: RunsQuestion[] = [];
  const history = (enabled: boolean, data: 'SIM' | 'REPLAY', range: '1h' | '1w' = '1h') =>
    kernelHistory(
      (question) => {
        asked.push(question);
        return Promise.resolve(ok([]));
      },
      {
        clock: new ManualClock('2026-01-05T12:00:30Z'),
        config: { kernels: { enabled, window: 900 }, origins: { data } } as never,
      },
      { figures: ['wild'], range },
    );
  const micros = (at: string): number => Date.parse(at) * 1000;
  expect(await history(true, 'SIM')).toMatchObject({
    value: { recording: 'on', windows: { '1s': 900, '1m': 68 }, to: micros('2026-01-05T12:01:00Z') },
  });
  expect(asked[0]).toMatchObject({ from: micros('2026-01-05T11:01:00Z'), bucket: 60_000_000 });
  expect(await history(false, 'SIM', '1w')).toMatchObject({ value: { recording: 'off' } });
  expect(asked[1]).toMatchObject({
    ...{ from: micros('2025-12-29T12:30:00Z'), to: micros('2026-01-05T12:30:00Z') },
  });
  expect(await history(true, 'REPLAY')).toMatchObject({ value: { recording: 'replay' } });
  expect(await history(false, 'REPLAY')).toMatchObject({ value: { recording: 'off' } });
});
