import { describe, expect, it } from 'vitest';
import { NOTES_KEPT } from '../../protocol/notes.ts';
import type { AuditRecord } from '../audit/record.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { MemoryAudit } from '../testing/memory-audit.ts';
import { instrument } from '../testing/orders.ts';
import { personAs } from '../testing/who.ts';
import { foldNotes, NoteBook } from './note-book.ts';
import { foldRestrictions, RestrictedList } from './restricted-list.ts';

const second = personAs('second', 'risk-manager');
const btc = instrument(0, 'BTCUSDT');
const eth = instrument(1, 'ETHUSDT');

function open() {
  const log = new MemoryAudit();
  const clock = new ManualClock();
  /** What a restart makes of the log. */
  const folded = () =>
    (log.entries as unknown as AuditRecord[]).reduce<ReturnType<typeof foldRestrictions>>(
      foldRestrictions,
      new Map(),
    );
  return { log, list: new RestrictedList({ clock, log }), notes: new NoteBook({ clock, log }), folded };
}

describe('R-11: the restricted list', () => {
  it('restricts an instrument by its symbol, and by either of its assets', () => {
    const { list } = open();
    expect(list.of(btc)).toBeNull();
    list.add('btcusdt', 'a deal', second);
    expect(list.of(btc)).toMatchObject({ name: 'BTCUSDT', reason: 'a deal', by: 'second' });
    expect(list.of(eth)).toBeNull();
    list.add('ETH', 'another', second);
    expect(list.of(eth)).toMatchObject({ name: 'ETH' });
    list.add('USDT', 'a stable coin that is not', second);
    expect(list.of(instrument(2, 'SOLUSDT'))).toMatchObject({ name: 'USDT' });
  });

  it('R-57: is added to while the log is broken, and never taken from', async () => {
    const { list, log } = open();
    log.broken = true;
    expect(list.add('BTC', 'a deal', second).ok).toBe(true);
    expect(await list.remove('BTC', 'over', second)).toMatchObject({
      ok: false,
      error: { code: 'audit-broken' },
    });
    expect(list.of(btc)).not.toBeNull();
  });

  it('who restricts a name while its removal is on its way to disk is heard, in memory and in the log', async () => {
    const { list, folded } = open();
    list.add('BTC', 'a deal', second);
    const removal = list.remove('BTC', 'over', second);
    const twice = list.remove('BTC', 'over', second);
    expect(list.add('BTC', 'another deal', second).ok).toBe(true);
    expect(await twice).toMatchObject({ error: { code: 'leaving-already' } });
    expect(await removal).toMatchObject({ error: { code: 'changed-meanwhile' } });
    expect(list.of(btc)).toMatchObject({ reason: 'another deal' });
    expect(folded().get('BTC')).toMatchObject({ reason: 'another deal' });
    expect((await list.remove('BTC', 'over', second)).ok).toBe(true);
    expect(list.of(btc)).toBeNull();
  });

  it('R-53: every change says who, why, what was there before; the list is the fold of the log', async () => {
    const { list, log, folded } = open();
    list.add('BTC', 'a deal', second);
    list.add('ETH', 'a deal', second);
    expect(folded()).toEqual(new Map(list.list().map((one) => [one.name, one])));
    await list.remove('btc', 'the deal is done', second);
    expect(log.entries.at(-1)).toMatchObject({
      actor: 'second',
      by: { session: 'session-of-second', role: 'risk-manager', address: '192.0.2.1' },
      action: 'restriction.removed',
      reason: 'the deal is done',
      before: { name: 'BTC', reason: 'a deal', by: 'second' },
    });
    expect([...folded().keys()]).toEqual(['ETH']);
    expect(list.add('eth', 'again', second)).toMatchObject({ error: { code: 'restricted-already' } });
    expect(await list.remove('XRP', 'x', second)).toMatchObject({ error: { code: 'not-restricted' } });
  });
});

describe('the log book', () => {
  it('keeps the last 200 notes, newest first, numbered over the whole log', async () => {
    const { notes, log } = open();
    const heard: number[] = [];
    notes.onAdded(({ note }) => heard.push(note));
    for (let i = 1; i <= NOTES_KEPT + 3; i++) await notes.add('note', `note ${i}`, second);
    expect(notes.list()).toHaveLength(NOTES_KEPT);
    expect(notes.list()[0]).toMatchObject({
      note: 203,
      text: 'note 203',
      by: 'second',
      role: 'risk-manager',
    });
    expect(heard.at(-1)).toBe(203);
    const again = new NoteBook(
      { clock: new ManualClock(), log },
      (log.entries as unknown as AuditRecord[]).reduce<ReturnType<typeof foldNotes>>(foldNotes, []),
    );
    expect(again.list()).toEqual(notes.list());
    await again.add('handover', 'nothing open', second);
    expect(again.list()[0]).toMatchObject({ note: 204, kind: 'handover' });
  });

  it('takes a note while the log is broken, and says so', async () => {
    const { notes, log } = open();
    log.broken = true;
    expect(await notes.add('note', 'the disk is full', second)).toMatchObject({
      value: expect.stringMatching(/memory only/) as string,
    });
    expect(log.entries).toHaveLength(1);
  });
});
