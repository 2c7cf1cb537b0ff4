import { expect, it } from 'vitest';
import type { HaltCause, HaltView } from '../../protocol/halt.ts';
import type { HaltId, Micros, UserId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { User } from '../auth/state.ts';
import type { AlarmSpec } from '../health/alarm-book.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { watchReleases } from './releases.ts';

const [ann, bob, ada] = ['ann', 'bob', 'ada'] as unknown as [UserId, UserId, UserId];
const haltId = 'halt-0001' as HaltId;
const pressed: HaltCause = { kind: 'pressed', by: ann, reason: 'x' };

/** A halt by its views, and two people of whom `given` says who made whom yesterday. */
function watched(given: readonly (readonly [by: string, to: UserId])[]) {
  const clock = new ManualClock();
  const at = (clock.wallMicros() - 86_400_000_000) as Micros;
  const find = (id: UserId) =>
    ({
      id,
      given: given.filter(([, to]) => to === id).map(([by]) => ({ by, at, what: 'factors' as const })),
    }) as unknown as User;
  const trading = { phase: 'trading', haltId: null, cause: null, factorBy: null, releasedBy: null };
  let view = trading as unknown as HaltView;
  let tell: (view: HaltView) => void = () => undefined;
  const [logged, struck]: [AuditEntry[], AlarmSpec[]] = [[], []];
  watchReleases({
    clock,
    find,
    halt: { view: () => view, onChange: (listener) => (tell = listener) },
    log: { appendNow: (entry) => logged.push(entry) },
    alarms: { strike: (spec) => struck.push(spec) },
  });
  const is = (next: object): void => {
    view = { ...view, ...next };
    tell(view);
  };
  return {
    logged,
    struck,
    halt: (cause: HaltCause, factorBy: UserId | null = null) =>
      is({ phase: 'confirmed', haltId, cause, factorBy, releasedBy: null }),
    release: (releasedBy: UserId) => is({ phase: 'trading', releasedBy }),
  };
}

it('R-30: a release by somebody whom the presser made yesterday is done, recorded and alarmed', () => {
  const desk = watched([['ann', bob]]);
  desk.halt(pressed);
  expect(desk.struck).toEqual([]);
  desk.release(bob);
  expect(desk.logged).toMatchObject([
    {
      actor: 'server',
      action: 'release.tied',
      scope: 'halt:halt-0001',
      details: { first: 'ann', second: 'bob', tie: 'own', by: 'ann', given: { what: 'factors' } },
    },
  ]);
  expect(desk.struck).toMatchObject([{ alarmId: 'release:tied:halt-0001', priority: 'warning' }]);
  expect(desk.struck[0]?.sentence).toMatch(/ann gave bob their way to factors on \d{4}-\d\d-\d\d\.$/);
  desk.release(bob);
  expect(desk.struck).toHaveLength(1);
});

it('R-30: a third who made both is a caution; two who are nobody’s making are nothing', () => {
  const same = watched([
    ['ada', ann],
    ['ada', bob],
  ]);
  same.halt(pressed);
  same.release(bob);
  expect(same.struck).toMatchObject([{ priority: 'caution' }]);
  const two = watched([
    ['server', ann],
    ['host', bob],
  ]);
  two.halt(pressed);
  two.release(bob);
  expect([two.struck, two.logged]).toEqual([[], []]);
});

it('R-30: where nobody pressed, it is who cancelled; a halt taken back by its presser is one person’s', () => {
  const crash: HaltCause = { kind: 'crash', sentence: 'It went down.' };
  const desk = watched([['ann', bob]]);
  desk.halt(crash, ann);
  desk.release(bob);
  expect(desk.struck).toHaveLength(1);
  const resumed = watched([['bob', ada]]);
  resumed.halt({ kind: 'resumed', sentence: 'It was stopped.', by: null }, ada);
  resumed.release(bob);
  expect(resumed.struck).toHaveLength(1);
  const own = watched([['ann', ann]]);
  own.halt(pressed);
  own.release(ann);
  expect(own.struck).toEqual([]);
});
