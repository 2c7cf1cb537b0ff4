import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Priority } from '../../protocol/alarms.ts';
import type { HaltId, AlarmId, Micros, OrderId, StrategyId, UserId, VenueId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { personAs } from '../testing/who.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { AlarmBook, AlarmSpec } from './alarm-book.ts';
import { Alarms, foldAlarms } from './alarms.ts';
import * as catalogue from './catalogue.ts';

const who = personAs('operator');
const by = who.user;
const spec = (id: string, priority: Priority = 'caution'): AlarmSpec => ({
  alarmId: id as AlarmId,
  priority,
  sentence: `${id} ${priority}`,
  action: 'act',
  runbook: 'x.md',
});

function open() {
  const entries: AuditEntry[] = [];
  const clock = new ManualClock();
  const log = { appendNow: (entry: AuditEntry) => void entries.push(entry) };
  return { alarms: new Alarms(clock, log), clock, entries, log };
}

describe('R-38: an alarm', () => {
  it('stays after its cause is gone, until a named person acknowledges it with a comment', () => {
    const { alarms, entries } = open();
    alarms.setConditions([spec('feed:sim')]);
    alarms.setConditions([]);
    expect(alarms.list()).toMatchObject([{ alarmId: 'feed:sim', clearedAt: expect.any(Number) as number }]);
    expect(alarms.acknowledge('feed:sim' as AlarmId, who, 'cable').ok).toBe(true);
    expect(alarms.list()).toEqual([]);
    expect(entries.at(-1)).toMatchObject({
      actor: 'operator',
      action: 'alarm.acknowledged',
      details: { comment: 'cable' },
    });
  });

  it('stays after it is acknowledged, until its cause is gone', () => {
    const { alarms } = open();
    alarms.setConditions([spec('audit')]);
    alarms.acknowledge('audit' as AlarmId, who, 'freeing the disk');
    alarms.setConditions([spec('audit')]);
    expect(alarms.list()).toMatchObject([{ acknowledged: { by }, clearedAt: null, count: 1 }]);
    expect(alarms.acknowledge('audit' as AlarmId, who, 'again')).toMatchObject({ ok: false });
    alarms.setConditions([]);
    expect(alarms.list()).toEqual([]);
  });

  it('latches at its worst, and asks again when it gets worse or comes back', () => {
    const { alarms } = open();
    alarms.setConditions([spec('feed:sim', 'caution')]);
    alarms.acknowledge('feed:sim' as AlarmId, who, '');
    alarms.setConditions([spec('feed:sim', 'warning')]);
    expect(alarms.list()).toMatchObject([{ priority: 'warning', acknowledged: null, count: 2 }]);
    alarms.setConditions([spec('feed:sim', 'caution')]);
    expect(alarms.list()).toMatchObject([{ priority: 'warning', sentence: 'feed:sim warning', count: 2 }]);
    alarms.setConditions([]);
    alarms.setConditions([spec('feed:sim', 'caution')]);
    expect(alarms.list()).toMatchObject([{ priority: 'warning', clearedAt: null, count: 3 }]);
  });

  it('an event strikes once for each time it happens', () => {
    const { alarms } = open();
    alarms.strike(spec('clock:step'));
    alarms.strike(spec('clock:step'));
    expect(alarms.list()).toMatchObject([{ count: 2, clearedAt: expect.any(Number) as number }]);
  });

  it('outlives a restart by the log, and the new run clears what no longer holds', () => {
    const { alarms, entries, clock, log } = open();
    alarms.setConditions([spec('a'), spec('b')]);
    const book = entries.reduce<AlarmBook>(foldAlarms, new Map());
    const next = new Alarms(clock, log, book);
    expect(next.list()).toEqual(alarms.list());
    next.setConditions([spec('b')]);
    expect(next.list().map((alarm) => [alarm.alarmId, alarm.clearedAt === null])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });
});

it('the list told by changes is the list, and the log folds to it, whatever happens', () => {
  const ids = ['a', 'b', 'c'];
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('conditions' as const),
      ids: fc.subarray(ids),
      priority: fc.constantFrom<Priority>('warning', 'caution', 'advisory'),
    }),
    fc.record({ kind: fc.constant('acknowledge' as const), id: fc.constantFrom(...ids) }),
    fc.record({ kind: fc.constant('strike' as const), id: fc.constantFrom(...ids) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { alarms, entries, clock } = open();
      const told = new Map<string, unknown>();
      alarms.onChange(({ upserts, removed }) => {
        for (const alarm of upserts) told.set(alarm.alarmId, alarm);
        for (const id of removed) told.delete(id);
      });
      for (const one of steps) {
        clock.advance(10);
        const unseen = alarms
          .list()
          .filter((alarm) => alarm.acknowledged === null)
          .map((alarm) => alarm.alarmId);
        if (one.kind === 'conditions') {
          alarms.setConditions(one.ids.map((id) => spec(id, one.priority)));
          const holding = alarms.list().filter((alarm) => alarm.clearedAt === null);
          expect(holding.map((alarm) => String(alarm.alarmId)).sort()).toEqual([...one.ids].sort());
        } else if (one.kind === 'strike') alarms.strike(spec(one.id));
        else alarms.acknowledge(one.id as AlarmId, who, 'seen');
        // Nothing leaves the list unseen.
        if (one.kind !== 'acknowledge') {
          const now = alarms.list().map((alarm) => alarm.alarmId);
          for (const id of unseen) expect(now).toContain(id);
        }
      }
      expect([...told.values()]).toEqual(alarms.list());
      expect([...entries.reduce<AlarmBook>(foldAlarms, new Map()).values()]).toEqual(alarms.list());
    }),
  );
});

it('every alarm of the catalogue has its runbook and says what to do', () => {
  const venue = 'sim' as VenueId;
  const all = [
    catalogue.feedStale(venue, 'x'),
    catalogue.feedDown(venue, 'x'),
    catalogue.feedPart({
      ...{ venue, at: 2, of: 3 },
      line: { state: 'stale', sentence: 'x', books: 3, marks: 3 },
    }),
    catalogue.relayDown('x'),
    catalogue.privateStreamDown(venue, 'x'),
    catalogue.venueTrouble(venue, 'x'),
    catalogue.haltBlocked(),
    catalogue.haltResidual('x'),
    catalogue.auditBroken('x'),
    catalogue.headsStopped('x'),
    catalogue.auditLost(2),
    catalogue.clockStep(-5_000_000),
    catalogue.startAfterCrash(1_767_614_400_000_000 as Micros),
    catalogue.tornTail(5, 'x'),
    catalogue.orderUnknown('o-1' as OrderId, 'x'),
    catalogue.controlSlow(300),
    catalogue.unlistedOrders(venue, '2 in XYZUSDT'),
    catalogue.clockOff('x'),
    catalogue.clockNear('x'),
    catalogue.clockUnknown('x'),
    catalogue.certificateTrouble('caution', 'x'),
    catalogue.administratorRecovered('admin' as UserId),
    catalogue.releaseTied('halt-0001' as HaltId, 'warning', 'x'),
    catalogue.serviceKeyEnds('maker' as StrategyId, 1_767_614_400_000_000 as Micros, 0),
    catalogue.storeDown('x'),
    catalogue.storeBehind('x'),
    catalogue.copyBehind('down', 'x'),
    catalogue.anchorFailing('down', 'x'),
    catalogue.sealingStopped('x'),
    catalogue.reportUndelivered('x'),
    catalogue.kernelsDown('x'),
    catalogue.consoleDisagrees('ann' as UserId, 'x'),
    catalogue.correlationShock('x'),
    catalogue.cascadeLikely('x'),
    catalogue.volatilityRegime('x'),
    catalogue.flashCrash('x'),
    catalogue.coExceedance('x'),
    catalogue.valueAtRiskOver('x'),
    catalogue.clusterOver('x'),
  ];
  expect(new Set(all.map((one) => one.runbook)).size).toBeGreaterThanOrEqual(12);
  expect(all).toHaveLength(Object.keys(catalogue).length);
  for (const one of all) {
    expect(existsSync(`docs/runbooks/${one.runbook}`), one.runbook).toBe(true);
    expect(one.action).toMatch(/\.$/);
  }
});
