import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../protocol/instrument.ts';
import type { AuditEntry, AuditRecord } from '../audit/record.ts';
import type { InstrumentIndex, Micros, QuoteMicros } from '../../protocol/units.ts';
import { instrument } from '../testing/orders.ts';
import { HOST, operator, TestIdentity } from '../testing/identity.ts';
import { Journal, listOf } from './journal.ts';
import { checkKind, kindOf } from './kind.ts';
import { limitsOf } from './limits.ts';

const list = (...symbols: string[]): Instrument[] =>
  symbols.map((symbol, index) => instrument(index, symbol));

type Entry = [action: string, details?: AuditEntry['details']];

function journalOf(...entries: Entry[]): Journal {
  const journal = new Journal();
  for (const record of recordsOf(...entries)) journal.add(record);
  return journal;
}

const recordsOf = (...entries: Entry[]): AuditRecord[] =>
  entries.map(([action, details], i) => ({
    v: 2,
    seq: i + 1,
    wall: String(i),
    wallError: null,
    mono: String(i),
    run: 'r',
    code: 'c',
    actor: 'a',
    session: null,
    role: null,
    address: null,
    action,
    scope: 's',
    order: null,
    client: null,
    before: null,
    after: null,
    reason: null,
    factor: null,
    assertion: null,
    details: details ?? {},
    flags: [],
  }));

describe('R-31: the boot rule', () => {
  it.each<[string, [string, AuditEntry['details']?][], RegExp | null]>([
    ['a first start trades', [], null],
    ['after a clean stop it trades', [['server.start'], ['server.stop', { clean: true, left: 0 }]], null],
    [
      'after a crash it is halted',
      [['server.start'], ['order.place', { order: { orderId: 'x' } }]],
      /did not end cleanly/,
    ],
    [
      'after a stop that left orders it is halted',
      [['server.start'], ['server.stop', { clean: false, left: 3 }]],
      /3 orders left open/,
    ],
    [
      'a stop that the venue did not confirm says so',
      [['server.start'], ['server.stop', { clean: false, left: 0 }]],
      /before the venue confirmed/,
    ],
    [
      'a crash after a clean stop counts',
      [['server.start'], ['server.stop', { clean: true }], ['server.start']],
      /did not end cleanly/,
    ],
  ])('%s', (_name, entries, crash) => {
    const said = journalOf(...entries).crash();
    if (crash) expect(said).toMatch(crash);
    else expect(said).toBeNull();
  });

  it('takes the halt’s newest state', () => {
    const journal = journalOf(
      ['halt.press', { state: { phase: 'blocked' } }],
      ['halt.release', { state: { phase: 'trading' } }],
      ['order.place'],
    );
    expect(journal.halt).toEqual({ phase: 'trading' });
    expect(journalOf(['server.start']).halt).toBeUndefined();
  });
});

describe('what a log belongs to', () => {
  it('is what its first start said, also in a log that names the profile only', () => {
    expect(journalOf(['auth.user']).kind).toBeNull();
    expect(journalOf(['server.start', { kind: 'replay', profile: 'demo' }]).kind).toBe('replay');
    expect(journalOf(['server.start', { profile: 'paper' }], ['server.start', { kind: 'demo' }]).kind).toBe(
      'paper',
    );
  });

  it('a start of another kind is refused with a sentence', () => {
    expect(checkKind(null, 'demo', 'd').ok).toBe(true);
    expect(checkKind('replay', 'replay', 'd').ok).toBe(true);
    expect(
      checkKind('demo', kindOf({ profile: 'demo', replay: { files: ['f'], speed: 1 } }), 'd'),
    ).toMatchObject({
      error: {
        code: 'data-of-another-kind',
        sentence: 'd belongs to the demo profile, and this is a replay; give another directory with --data.',
      },
    });
    expect(checkKind('paper', kindOf({ profile: 'demo', replay: null }), 'd').ok).toBe(false);
  });
});

it('R-53 limits keep their version and since when they hold over restarts, until they are changed', () => {
  const limits = {
    orderValue: 1n as QuoteMicros,
    positionValue: 2n as QuoteMicros,
    valueAtRisk: null,
    clusterValue: null,
    ordersPerSecond: 3,
  };
  const config = { profile: 'demo', limits } as const;
  const first = limitsOf(config, undefined, 5 as Micros);
  expect(first.limits).toMatchObject({ version: 1, since: 5, setBy: 'demo profile' });
  const journal = journalOf([
    'server.limits',
    JSON.parse(asJson(first.record?.details)) as AuditEntry['details'],
  ]);
  expect(limitsOf(config, journal.limits, 9 as Micros)).toEqual({ limits: first.limits, record: null });
  const changed = { ...config, limits: { ...limits, valueAtRisk: 7n as QuoteMicros, ordersPerSecond: 4 } };
  const next = limitsOf(changed, journal.limits, 9 as Micros);
  expect(next.limits).toMatchObject({ version: 2, since: 9, valueAtRisk: 7n, ordersPerSecond: 4 });
  // whoever edited the file sits at the host.
  expect(next.record).toMatchObject({
    actor: 'host',
    action: 'server.limits',
    before: { valueAtRisk: null, ordersPerSecond: 3, version: 1, since: 5 },
    after: { valueAtRisk: 7n, ordersPerSecond: 4, version: 2, since: 9 },
  });
  expect(first.record).not.toHaveProperty('before');
});

const asJson = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one));

it('the restricted list and the log book outlive a restart, in a snapshot too', () => {
  const restriction = { name: 'XRP', reason: 'a deal', by: 'second', at: 7 };
  const note = { note: 1, kind: 'note', text: 'x', by: 'second', role: null, at: 8 };
  const journal = journalOf(
    ['restriction.added', restriction],
    ['restriction.added', { ...restriction, name: 'BTC' }],
    ['restriction.removed', { name: 'BTC' }],
    ['note.added', note],
  );
  const again = new Journal();
  expect(again.restore(journal.save())).toBe(true);
  for (const one of [journal, again]) {
    expect([...one.restrictions.values()]).toEqual([restriction]);
    expect(one.notes).toEqual([note]);
  }
});

describe('orders of earlier runs', () => {
  it('an order’s newest record stands for it, and no fill is left out', () => {
    const journal = journalOf(
      ['order.place', order('a', 'pending')],
      ['order.change', order('a', 'working')],
      ['order.change', { ...order('a', 'partially-filled'), fills: [{ fillId: '1', instrument: 0 }] }],
      ['order.change', order('a', 'cancelling')],
      ['order.place', order('b', 'pending')],
      ['order.cancel', { orderId: 'a' }],
    );
    const kept = journal
      .orders(list('BTCUSDT'))
      .map(({ details }) => [
        (details['order'] as { orderId: string; state: string }).orderId,
        (details['order'] as { state: string }).state,
        (details['fills'] as unknown[] | undefined)?.length ?? 0,
      ]);
    expect(kept).toEqual([
      ['a', 'partially-filled', 1],
      ['a', 'cancelling', 0],
      ['b', 'pending', 0],
    ]);
  });

  it('an index keeps its meaning when the venue lists other instruments', () => {
    const journal = journalOf(
      ['server.instruments', { symbols: ['BTCUSDT', 'ETHUSDT'] }],
      ['order.place', order('a', 'working', 1)],
      ['order.change', { ...order('b', 'filled', 0), fills: [{ fillId: '1', instrument: 0 }] }],
      ['server.instruments', listOf(list('ETHUSDT', 'SOLUSDT', 'BTCUSDT'))],
      ['order.place', order('c', 'working', 1)],
    );
    expect(journal.isNewList(list('ETHUSDT', 'SOLUSDT', 'BTCUSDT'))).toBe(false);
    expect(journal.isNewList(list('SOLUSDT', 'ETHUSDT'))).toBe(true);
    const kept = journal.orders(list('SOLUSDT', 'ETHUSDT')).map(({ details }) => details);
    expect(kept).toEqual([
      { order: { orderId: 'a', state: 'working', instrument: 1 } },
      { order: { orderId: 'c', state: 'working', instrument: 0 } },
    ]);
  });
});

describe('instruments that do not begin at 0', () => {
  const at = (first: number) =>
    list('BTCUSDT', 'ETHUSDT').map((each, n) => ({ ...each, index: (first + n) as InstrumentIndex }));

  it('a list of which an earlier version did not say the units is written once more', () => {
    const journal = journalOf(['server.instruments', { symbols: ['BTCUSDT', 'ETHUSDT'] }]);
    expect(journal.isNewList(at(0))).toBe(true);
    for (const record of recordsOf(['server.instruments', listOf(at(0))])) journal.add(record);
    expect(journal.isNewList(at(0))).toBe(false);
    expect(journal.isNewList(at(0).map((each) => ({ ...each, tickStep: 10 })))).toBe(true);
  });

  it('an index keeps its meaning when another venue’s instruments come to stand before', () => {
    const journal = journalOf(
      ['server.instruments', listOf(at(2))],
      ['order.place', order('a', 'working', 3)],
    );
    expect([journal.isNewList(at(2)), journal.isNewList(at(0))]).toEqual([false, true]);
    const kept = journal.orders(at(7)).map(({ details }) => details);
    expect(kept).toEqual([{ order: { orderId: 'a', state: 'working', instrument: 8 } }]);
    expect(listOf(at(7))).toMatchObject({ first: 7, symbols: ['BTCUSDT', 'ETHUSDT'] });
  });
});

describe('a journal in a snapshot', () => {
  const entries: [string, AuditEntry['details']?][] = [
    ['server.start', { kind: 'demo' }],
    ['server.instruments', { first: 1, symbols: ['XRPUSDT', 'ETHUSDT'] }],
    ['server.instruments', { symbols: ['BTCUSDT', 'ETHUSDT'] }],
    ['server.limits', { version: 1 }],
    ['auth.strategy-key', { strategy: 'maker', hash: 'a'.repeat(64) }],
    ['alarm.raised', { at: 5, spec: alarmSpec('one') }],
    ['order.place', order('a', 'pending', 1)],
    ['order.change', { ...order('a', 'partially-filled', 1), fills: [{ fillId: '1', instrument: 1 }] }],
    ['halt.press', { state: { phase: 'blocked', by: ['operator'] } }],
    ['order.change', order('a', 'cancelled', 1)],
    ['alarm.cleared', { at: 6, alarmId: 'one' }],
    ['order.place', order('b', 'working')],
    ['halt.release', { state: { phase: 'trading' } }],
    ['server.stop', { clean: false, left: 1 }],
    ['server.start', { kind: 'demo' }],
  ];

  it('R-31: taken at any record and gone on from is the journal of the whole log', () => {
    const whole = journalOf(...entries);
    for (let cut = 0; cut <= entries.length; cut++) {
      const parts = JSON.parse(JSON.stringify([...journalOf(...entries.slice(0, cut)).save()])) as unknown[];
      const again = new Journal();
      expect(again.restore(parts)).toBe(true);
      for (const record of recordsOf(...entries).slice(cut)) again.add(record);
      expect([...again.save()], `cut at ${cut}`).toEqual([...whole.save()]);
      expect(again).toEqual(whole);
      expect(again.crash()).toBe(whole.crash());
      expect(again.orders(list('ETHUSDT', 'BTCUSDT'))).toEqual(
        journalOf(...entries).orders(list('ETHUSDT', 'BTCUSDT')),
      );
    }
  });

  it('R-31: an earlier build’s, without what came since, is taken, and the people in it sign in', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(operator);
    const saved = JSON.stringify([
      ...journalOf(...desk.entries.map(({ action, details }): Entry => [action, details])).save(),
    ]);
    const earlier = saved.replaceAll(/"given":\[[^\]]*\],?/g, '').replaceAll(/,"old":null/g, '');
    expect(earlier).not.toMatch(/"given"|"old"/);
    const journal = new Journal();
    expect(journal.restore(JSON.parse(earlier) as unknown[])).toBe(true);
    desk.restart(journal.auth);
    expect(desk.who(cookie).user).toBe(operator);
    expect((await desk.auth.links.make(operator, HOST, { reset: true })).ok).toBe(true);
  });

  it('takes nothing of what it did not give', () => {
    const good = [...journalOf(...entries).save()];
    for (const parts of [[], [{}], [1, ...good], [...good, { list: 'newest' }]]) {
      const journal = new Journal();
      expect(journal.restore(parts)).toBe(false);
      expect([...journal.save()]).toEqual([...new Journal().save()]);
    }
  });
});

function order(orderId: string, state: string, instrument = 0): { order: object } {
  return { order: { orderId, state, instrument } };
}

function alarmSpec(alarmId: string): object {
  return { alarmId, sentence: 's', action: 'a', runbook: 'r', priority: 'warning' };
}
