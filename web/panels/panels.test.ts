import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../protocol/alarms.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Candle } from '../../protocol/messages.ts';
import type { AlarmId, Micros, Ticks, UserId } from '../../protocol/units.ts';
import { columnsAt, sortRows } from '../ui/table-sort.ts';
import { alarmRate, sortAlarms } from './alarms/alarm-order.ts';
import { foldTrades, tradesAfter } from './candles/fold-trades.ts';
import { pageRow } from './health/page-rows.ts';
import { limitText, utilisation } from './limits/utilisation.ts';
import { toCsv } from '../ui/csv.ts';
import { ticketValue, whyBlocked } from './orders/ticket-check.ts';

const btc = {
  name: 'BTC-USDT',
  priceScale: 2,
  tickStep: 1,
  sizeScale: 5,
  lotStep: 1,
} as unknown as Instrument;
const ticket = { side: 'buy', type: 'limit', price: '60000.00', size: '0.5', reduceOnly: false } as const;

describe('the ticket', () => {
  it('values an order exactly', () => {
    expect(ticketValue(ticket, btc, null)).toEqual({ ok: true, value: 30_000_000_000n });
    expect(ticketValue({ ...ticket, type: 'market' }, btc, 6_000_001 as Ticks)).toEqual({
      ok: true,
      value: 30_000_005_000n,
    });
    expect(ticketValue({ ...ticket, type: 'market' }, btc, null)).toEqual({ ok: true, value: null });
  });

  it.each(['NaN', '1e21', '9007199254740993', '1.0000000001', '-1', '0', '', '0x10', '1,5'])(
    'R-16: a size of %s is no order',
    (size) => expect(ticketValue({ ...ticket, size }, btc, null).ok).toBe(false),
  );

  it('offers no order on a stale price, a closed gate or without a connection, and says why', () => {
    const able = { online: true, gateOpen: true, mayPlace: true, hasAccount: true } as const;
    const well = { ...able, fresh: 'fresh', life: 'full', reduceOnly: false } as const;
    expect(whyBlocked(well)).toBeNull();
    expect(whyBlocked({ ...well, fresh: 'quiet' })).toBeNull();
    // Each order asks for a factor, from a locked console too; it does not refuse.
    expect(whyBlocked({ ...well, life: 'idle' })).toBeNull();
    expect(whyBlocked({ ...well, life: 'watching' })).toContain('renew');
    expect(whyBlocked({ ...well, mayPlace: false })).toContain('role');
    expect(whyBlocked({ ...well, hasAccount: false })).toContain('no account at this venue');
    expect(whyBlocked({ ...well, fresh: 'stale' })).toContain('stale');
    expect(whyBlocked({ ...well, gateOpen: false })).toContain('halt');
    expect(whyBlocked({ ...well, online: false })).toContain('never kept for later');
  });

  it('R-57: offers to reduce in a session whose hours are over, and on an old price', () => {
    const able = {
      online: true,
      gateOpen: true,
      mayPlace: true,
      hasAccount: true,
      reduceOnly: true,
    } as const;
    for (const life of ['full', 'idle', 'watching'] as const)
      for (const fresh of ['fresh', 'stale', 'unknown'] as const)
        expect(whyBlocked({ ...able, life, fresh }), `${life} ${fresh}`).toBeNull();
    expect(whyBlocked({ ...able, life: 'full', fresh: 'fresh', mayPlace: false })).toContain('role');
  });
});

describe('the last candle', () => {
  const MINUTE = 60_000_000;
  const last = [MINUTE, 100, 110, 90, 105, 7] as unknown as Candle;
  const trade = (at: number, ticks: number) => ({
    number: at,
    id: at,
    price: '',
    size: '',
    ticks,
    lots: 1,
    side: 'buy' as const,
    at,
  });

  it('is moved by its trades, closed by the next minute’s first, and not by late ones', () => {
    expect(foldTrades(last, [trade(MINUTE + 1, 120), trade(5, 1)], MINUTE)).toEqual([
      [MINUTE, 100, 120, 90, 120, 8],
    ]);
    expect(foldTrades(last, [trade(MINUTE + 1, 80), trade(2 * MINUTE + 1, 81)], MINUTE)).toEqual([
      [MINUTE, 100, 110, 80, 80, 8],
      [2 * MINUTE, 81, 81, 81, 81, 1],
    ]);
    expect(foldTrades(undefined, [], MINUTE)).toEqual([]);
  });
});

describe('the trades that move a candle', () => {
  const trade = (number: number) => ({
    number,
    // In no order, as of some venues.
    id: 100 - number,
    price: '',
    size: '',
    ticks: 1,
    lots: 1,
    side: 'buy' as const,
    at: 1,
  });
  it('are those after the last one seen, and all of them after the server started again', () => {
    expect(tradesAfter([trade(9), trade(8), trade(7)], 7)).toMatchObject({
      fresh: [{ number: 8 }, { number: 9 }],
      seen: 9,
    });
    expect(tradesAfter([trade(9)], 9)).toEqual({ fresh: [], seen: 9 });
    expect(tradesAfter([], 9)).toEqual({ fresh: [], seen: 9 });
    for (const seen of [1000, null]) {
      expect(tradesAfter([trade(2), trade(1)], seen)).toMatchObject({
        fresh: [{ number: 1 }, { number: 2 }],
        seen: 2,
      });
    }
  });
});

describe('alarms', () => {
  const alarm = (id: string, priority: Alarm['priority'], raisedAt: number, acknowledged = false): Alarm => ({
    alarmId: id as AlarmId,
    priority,
    sentence: 's',
    action: 'a',
    runbook: 'r.md',
    raisedAt: raisedAt as Micros,
    clearedAt: null,
    acknowledged: acknowledged ? { by: 'ann' as UserId, at: 1 as Micros, comment: '' } : null,
    count: 1,
  });
  it('what needs a person stands on top', () => {
    const given = [
      alarm('a', 'warning', 9, true),
      alarm('b', 'advisory', 8),
      alarm('c', 'warning', 1),
      alarm('d', 'warning', 2),
    ];
    expect(sortAlarms(given).map(({ alarmId }) => alarmId)).toEqual(['d', 'c', 'b', 'a']);
  });
  it('counts those of the last ten minutes', () => {
    expect(alarmRate([alarm('a', 'warning', 0), alarm('b', 'warning', 700_000_000)], 900_000_000)).toBe(1);
  });
});

describe('limits', () => {
  it('an unknown observation is unknown, not zero', () => {
    expect(utilisation({ limit: '100', observed: null })).toBeNull();
    expect(limitText({ unit: 'orders-per-second', limit: '100', observed: null })).toBe('unknown of 100 /s');
  });
  it('a limit of nothing is used up', () => expect(utilisation({ limit: '0', observed: '0' })).toBe(1));
  it('is exact for amounts beyond a float', () => {
    expect(utilisation({ limit: '90071992547409930000', observed: '45035996273704965000' })).toBe(0.5);
  });
});

describe('tables', () => {
  it('CSV quotes what needs it and disarms formulas', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,"y"', '=1+1'],
          ['-5.2', '-cmd'],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",\'=1+1\r\n-5.2,\'-cmd\r\n');
  });
  it('sorts by a column both ways and leaves the rows alone otherwise', () => {
    const columns = [{ id: 'n', title: 'n', track: '1fr', cell: () => null, order: (row: number) => row }];
    expect(sortRows([2, 1, 3], columns, { column: 'n', descending: true })).toEqual([3, 2, 1]);
    expect(sortRows([2, 1, 3], columns, null)).toEqual([2, 1, 3]);
  });
});

describe('the page’s own health row', () => {
  const page = {
    delayP50: 1,
    delayP99: 2,
    delaySamples: 10,
    longTasks: 0,
    longestTaskMs: 0,
    lastLongTaskAt: null,
    drawP50: 1,
    drawP99: 2,
    drawSamples: 10,
  };
  const link = {
    link: { kind: 'idle' },
    times: null,
    stats: null,
    snapshots: 0,
    unsubscribed: null,
    notices: [],
  } as const;
  it('is unknown until measured, and goes red by its own lateness', () => {
    expect(pageRow({ ...page, delayP99: null }, link, 0, 0).state).toBe('unknown');
    expect(pageRow(page, link, 0, 0).state).toBe('ok');
    expect(pageRow({ ...page, delayP99: 200 }, link, 0, 0).state).toBe('degraded');
    expect(pageRow({ ...page, delayP99: 2000 }, link, 0, 0).state).toBe('down');
  });
});

describe('a narrow table', () => {
  it('leaves out whole columns, and none while its width is not known', () => {
    const columns = [
      { id: 'a', title: 'a', track: '1fr', cell: () => null },
      { id: 'b', title: 'b', track: '1fr', from: 500, cell: () => null },
    ];
    const ids = (width: number | null) => columnsAt(columns, width).map(({ id }) => id);
    expect([ids(null), ids(500), ids(499)]).toEqual([['a', 'b'], ['a', 'b'], ['a']]);
  });
});
