import { expect, it } from 'vitest';
import type { Micros } from '../../../protocol/units.ts';
import type { AuditEntry } from '../../audit/record.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { personAs } from '../../testing/who.ts';
import { foldHolds, HoldBook, type Holds } from './holds.ts';

function bookOf(before: Holds = new Map()) {
  const entries: AuditEntry[] = [];
  let broken = false;
  const append = (entry: AuditEntry): Promise<void> => {
    if (broken) return Promise.reject(new Error('full'));
    entries.push(entry);
    return Promise.resolve();
  };
  return {
    book: new HoldBook({ clock: new ManualClock(), log: { append } }, before),
    entries,
    breakLog: () => (broken = true),
  };
}

const folded = (entries: readonly AuditEntry[]): Holds => entries.reduce<Holds>(foldHolds, new Map());
const asked = { from: 1000 as Micros, to: 2000 as Micros, reason: 'an inquiry' };

it('R-48: a hold is placed and lifted with who and why, and a restart knows the same', async () => {
  const { book, entries } = bookOf();
  expect(await book.place(asked, personAs('ann'))).toMatchObject({ ok: true });
  const [hold] = book.list();
  expect(hold).toMatchObject({ ...asked, by: 'ann', at: new ManualClock().wallMicros() });
  expect([...folded(entries).values()]).toEqual(book.list());
  expect(await book.lift('none', 'over', personAs('ann'))).toMatchObject({ error: { code: 'hold-unknown' } });
  expect(await book.lift(hold?.id ?? '', 'over', personAs('ann'))).toMatchObject({ ok: true });
  expect([book.list(), folded(entries).size]).toEqual([[], 0]);
  expect(entries.map(({ action, actor, reason }) => [action, actor, reason])).toEqual([
    ['hold.place', 'ann', 'an inquiry'],
    ['hold.lift', 'ann', 'over'],
  ]);
});

it('R-48: a hold that the log did not take is no hold, and one whose lifting it did not take stays', async () => {
  const { book, breakLog } = bookOf();
  await book.place(asked, personAs('ann'));
  const [hold] = book.list();
  breakLog();
  expect(await book.place(asked, personAs('ann'))).toMatchObject({ error: { code: 'audit-broken' } });
  expect(await book.lift(hold?.id ?? '', 'over', personAs('ann'))).toMatchObject({ ok: false });
  expect(book.list()).toEqual([hold]);
  expect(await book.place({ ...asked, from: 3000 as Micros }, personAs('ann'))).toMatchObject({
    error: { code: 'hold-backwards' },
  });
});
