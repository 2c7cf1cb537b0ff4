import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CheckReport } from '../../protocol/cross-check.ts';
import { ok, refuse } from '../../protocol/result.ts';
import type { InstrumentIndex, Micros } from '../../protocol/units.ts';
import { tools } from '../../shaders/analyses/planted.testkit.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { MemoryAudit } from '../testing/memory-audit.ts';
import { personAs } from '../testing/who.ts';
import { checkFigures } from './check-part.ts';
import { AGREEMENTS, afterReport } from './console-verdict.ts';
import { CrossChecks, type Reporter } from './cross-checks.ts';
import { indexes, market } from './kernels.testkit.ts';
import type { CheckFigures } from './report.ts';

const NAMES = ['A', 'B', 'C'];
const rows = [...indexes(NAMES)].map(([name, index]) => ({ name, index }));
const figures = await checkFigures(market(NAMES, 600, 1), rows, tools());
if (!figures.ok) throw new Error(figures.error.sentence);

const at = (second: number) => (second * 1_000_000) as Micros;
const checkAt = (second: number): CheckFigures => ({ ...figures.value, asOf: at(second) });
const report = (second: number, verdict: CheckReport['verdict']): CheckReport => ({
  ...{ asOf: at(second), backend: 'webgpu', adapter: 'acme', version: '0.1.0', verdict },
});
const agreed = (second: number) => report(second, { kind: 'agreed', compared: 3 });
const wrong = (second: number, own: number | null = 0.9) =>
  report(second, {
    ...{ kind: 'disagreed', compared: 3, beyond: 1 },
    worst: { of: 'pair', row: 0, column: 1, own, published: figures.value.pairs[0]?.[2] ?? null },
  });

const by = (user: string): Reporter => ({ ...personAs(user), session: `session-of-${user}` });

function start(enabled = true) {
  const clock = new ManualClock();
  const log = new MemoryAudit();
  const ended = new Set<string>();
  let changes = 0;
  const checks = new CrossChecks({
    ...{ clock, log, config: { enabled, everySeconds: 30 }, code: '0.1.0+test' },
    nameOf: (index: InstrumentIndex) => NAMES[index] ?? '?',
    isThere: (session) => !ended.has(session),
    changed: () => changes++,
  });
  const alarms = () => checks.conditions().map(({ alarmId }) => alarmId);
  const actions = () => log.entries.map(({ action }) => action);
  /** A check each 30 s, and what each says of it. */
  const run = (second: number, ...told: (readonly [string, CheckReport])[]) => {
    clock.advance(30_000);
    checks.take(ok(checkAt(second)));
    for (const [user, said] of told) expect(checks.hear(by(user), said)).toEqual(ok(null));
  };
  return { clock, checks, log, ended, alarms, actions, run, changes: () => changes };
}

it('publishes the newest check while it counts, and says why there is none', () => {
  const { clock, checks } = start();
  expect(checks.reply()).toMatchObject({ check: null, why: 'The server has computed nothing yet.' });
  checks.take(ok(checkAt(1)));
  expect(checks.reply()).toMatchObject({
    everySeconds: 30,
    check: { asOf: at(1), code: '0.1.0+test', columns: 512, backend: 'wasm' },
    why: null,
  });
  clock.advance(91_000);
  expect(checks.reply()).toMatchObject({ check: null, why: 'The server last computed 91 s ago.' });
  checks.take(refuse('stopped', 'The time of this run was over before it.'));
  expect(checks.reply()).toMatchObject({ check: null, why: 'The time of this run was over before it.' });
  expect(start(false).checks.reply().why).toContain('set not to compute');
});

it('raises an alarm of who disagrees, with names and numbers, and records session, backend and adapter once', () => {
  const { checks, log, alarms, run, changes } = start();
  run(1, ['ann', wrong(1)]);
  expect(alarms()).toEqual(['kernels:check:ann']);
  expect(checks.conditions()[0]?.sentence).toMatch(
    /^The console of ann \(session session-of-ann\) computes the correlation of A and B as 0\.9000000, 0\.\d{7} here, from the same returns \(1 of 3 pairs\)\.$/,
  );
  expect(log.entries).toMatchObject([
    {
      ...{ actor: 'ann', action: 'kernels.console-disagrees', scope: 'session:session-of-ann' },
      by: { session: 'session-of-ann' },
      details: {
        ...{ backend: 'webgpu', adapter: 'acme', version: '0.1.0', asOf: at(1) },
        finding: { own: 0.9, recorded: figures.value.pairs[0]?.[2], beyond: 1 },
        server: { backend: 'wasm', code: '0.1.0+test' },
      },
    },
  ]);
  run(2, ['ann', wrong(2)]);
  expect([log.entries.length, changes()]).toEqual([1, 1]);
});

it('says that what was read was not what was published, where that is so', () => {
  const { checks, run } = start();
  const own = figures.value.pairs[0]?.[2] ?? 0;
  const altered = { of: 'pair', row: 0, column: 1, own, published: 0.1 } as const;
  run(1, ['ann', report(1, { kind: 'disagreed', compared: 3, beyond: 1, worst: altered })]);
  expect(checks.conditions()[0]?.sentence).toContain('says that the server published 0.1000000 for');
});

it('clears after three newer checks that agree, one after the other; silence clears nothing', () => {
  const { clock, alarms, actions, run } = start();
  run(1, ['ann', wrong(1)]);
  run(2, ['ann', agreed(2)], ['ann', agreed(2)], ['ann', agreed(2)], ['ann', agreed(2)]);
  run(3, ['ann', agreed(3)]);
  run(4, ['ann', wrong(4)]);
  run(5, ['ann', agreed(5)]);
  run(6, ['ann', agreed(6)]);
  expect(alarms()).toHaveLength(1);
  clock.advance(3_600_000);
  expect(alarms()).toHaveLength(1);
  run(7, ['ann', agreed(7)]);
  expect(alarms()).toEqual([]);
  expect(actions()).toEqual(['kernels.console-disagrees', 'kernels.console-agrees']);
});

it('a window that agrees does not speak for one of the same session that does not', () => {
  const { alarms, run } = start();
  for (let second = 1; second < 20; second++) run(second, ['ann', wrong(second)], ['ann', agreed(second)]);
  expect(alarms()).toHaveLength(1);
});

it('a console raises and clears nobody else’s alarm, and ends with its session', () => {
  const { ended, alarms, run } = start();
  run(1, ['ann', wrong(1)], ['bob', agreed(1)]);
  for (let second = 2; second < 9; second++) run(second, ['bob', agreed(second)]);
  expect(alarms()).toEqual(['kernels:check:ann']);
  run(9, ['bob', wrong(9)]);
  expect(alarms()).toEqual(['kernels:check:ann', 'kernels:check:bob']);
  ended.add('session-of-ann');
  expect(alarms()).toEqual(['kernels:check:bob']);
});

it('its health row counts who agrees now, who does not, and who went silent', () => {
  const { clock, checks, ended, run } = start();
  const row = () => {
    const [reading] = checks.status();
    return [reading?.state, ...(reading?.figures ?? []).map(({ value }) => value)];
  };
  expect(row()).toEqual(['unknown', 0, 0, 0]);
  run(1, ['ann', agreed(1)], ['bob', agreed(1)]);
  expect(row()).toEqual(['ok', 2, 0, 0]);
  run(2, ['ann', wrong(2)]);
  expect(row()).toEqual(['degraded', 1, 1, 0]);
  clock.advance(90_001);
  expect(row()).toEqual(['degraded', 0, 1, 1]);
  ended.add('session-of-ann');
  expect(row()).toEqual(['unknown', 0, 0, 1]);
  expect(start(false).checks.status()).toEqual([]);
});

it('hears no report on what it did not publish, and none too often', () => {
  const { checks, log, run } = start();
  for (let second = 1; second < 8; second++) run(second);
  expect(checks.hear(by('ann'), wrong(3))).toMatchObject({ error: { code: 'check-unknown' } });
  const elsewhere = wrong(7);
  const pair = { of: 'pair', row: 2, column: 0, own: 1, published: 0 } as const;
  const madeUp = { ...elsewhere, verdict: { ...elsewhere.verdict, worst: pair } } as CheckReport;
  expect(checks.hear(by('ann'), madeUp)).toMatchObject({ error: { code: 'bad-report' } });
  const codes = Array.from({ length: 100 }, () => checks.hear(by('bob'), agreed(7)));
  expect(codes.filter((heard) => !heard.ok && heard.error.code === 'too-many-reports')).toHaveLength(80);
  expect(checks.hear(by('ann'), agreed(7)).ok).toBe(true);
  expect(log.entries).toEqual([]);
});

it('whatever is reported, it disagrees until so many newer checks agreed since', () => {
  const said = fc.record({ second: fc.nat({ max: 30 }), isWrong: fc.boolean() });
  fc.assert(
    fc.property(fc.array(said, { maxLength: 60 }), (reports) => {
      let state: ReturnType<typeof afterReport> | null = null;
      let [disagrees, newer, newest] = [false, 0, -Infinity];
      for (const { second, isWrong } of reports) {
        state = afterReport(state, isWrong ? wrong(second) : agreed(second));
        if (isWrong) [disagrees, newer] = [true, 0];
        else if (at(second) > newest) newer++;
        newest = Math.max(newest, at(second));
        if (newer >= AGREEMENTS) disagrees = false;
        expect(state.disagrees).toBe(disagrees);
      }
    }),
  );
});

it('computes no check of too little', async () => {
  expect(await checkFigures(market(NAMES, 29, 1), rows, tools())).toMatchObject({
    error: { code: 'too-few-samples' },
  });
});
