import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../protocol/instrument.ts';
import type { AuditEntry, AuditRecord } from '../audit/record.ts';
import { Journal } from './journal.ts';

const list = (...symbols: string[]): Instrument[] =>
  symbols.map((symbol, index) => ({ symbol, index }) as Instrument);

function journalOf(...entries: [action: string, details?: AuditEntry['details']][]): Journal {
  const journal = new Journal();
  for (const [i, [action, details]] of entries.entries()) {
    journal.add({
      v: 1,
      seq: i + 1,
      wall: i as AuditRecord['wall'],
      mono: i,
      run: 'r',
      actor: 'a',
      action,
      scope: 's',
      details: details ?? {},
      flags: [],
    });
  }
  return journal;
}

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

describe('orders of earlier runs', () => {
  const order = (orderId: string, state: string, instrument = 0) => ({
    order: { orderId, state, instrument },
  });

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
      ['server.instruments', { symbols: ['ETHUSDT', 'SOLUSDT', 'BTCUSDT'] }],
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
