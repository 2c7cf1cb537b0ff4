import { describe, expect, it } from 'vitest';
import type { UserId, VenueId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { foldQuarantines, QuarantineList, type Quarantines } from './quarantine-list.ts';

const venue = 'sim' as VenueId;
const btc = { venue, symbol: 'BTCUSDT' };
const who = { user: 'ada' as UserId, session: 's', role: 'trader', address: null } as const;

function rig() {
  const entries: AuditEntry[] = [];
  const changed: VenueId[] = [];
  let durable: Promise<void> = Promise.resolve();
  const list = new QuarantineList({
    clock: new ManualClock(),
    log: {
      append: async (entry) => {
        await durable;
        entries.push(entry);
      },
      appendNow: (entry) => void entries.push(entry),
    },
    instrument: ({ symbol }) => (symbol === 'BTCUSDT' ? { name: 'BTC-USDT' } : undefined),
  });
  list.onChange((of) => changed.push(of));
  const disk = (until: Promise<void>): void => {
    durable = until;
  };
  return { list, entries, changed, disk };
}

describe('instruments quarantined by hand', () => {
  it('hold at once, on their own venue only, and are lifted once that is on disk', async () => {
    const { list, entries, changed, disk } = rig();
    expect(list.place(btc, 'odd prices', who).ok).toBe(true);
    expect(list.has(btc)).toBe(true);
    expect(list.has({ venue: 'other' as VenueId, symbol: 'BTCUSDT' })).toBe(false);
    expect(list.symbolsOf(venue)).toEqual(['BTCUSDT']);
    let written: () => void = () => undefined;
    disk(new Promise((resolve) => (written = resolve)));
    const lifted = list.lift(btc, 'looked at it', who);
    expect(list.has(btc)).toBe(true);
    written();
    expect((await lifted).ok).toBe(true);
    expect(list.has(btc)).toBe(false);
    expect(changed).toEqual([venue, venue]);
    expect(entries).toMatchObject([
      { actor: 'ada', action: 'quarantine.placed', scope: 'quarantine:sim:BTCUSDT', reason: 'odd prices' },
      { actor: 'ada', action: 'quarantine.lifted', reason: 'looked at it', before: { reason: 'odd prices' } },
    ]);
  });

  it('what is quarantined again while it is being lifted stays so', async () => {
    const { list, disk } = rig();
    list.place(btc, 'odd', who);
    let written: () => void = () => undefined;
    disk(new Promise((resolve) => (written = resolve)));
    const lifted = list.lift(btc, 'fine', who);
    list.place(btc, 'odd again', who);
    written();
    expect(await lifted).toMatchObject({ ok: false, error: { code: 'changed-meanwhile' } });
    expect(list.has(btc)).toBe(true);
  });

  it('an unwritable log lifts nothing; a stranger is refused by name', async () => {
    const { list, disk } = rig();
    list.place(btc, 'odd', who);
    disk(Promise.reject(new Error('disk')));
    expect(await list.lift(btc, 'fine', who)).toMatchObject({ error: { code: 'audit-broken' } });
    expect(list.has(btc)).toBe(true);
    const stranger = { venue, symbol: 'NOPE' };
    expect(list.place(stranger, 'x', who)).toMatchObject({ error: { code: 'unknown-instrument' } });
    expect(await list.lift(stranger, 'x', who)).toMatchObject({ error: { code: 'not-quarantined' } });
  });

  it('come back from the log as they were', async () => {
    const { list, entries } = rig();
    list.place(btc, 'odd', who);
    const fold = (): Quarantines =>
      entries.reduce<Quarantines>(
        (state, { action, details }) => foldQuarantines(state, { action, details }),
        new Map(),
      );
    expect([...fold().values()]).toEqual(list.list());
    await list.lift(btc, 'fine', who);
    expect(fold().size).toBe(0);
  });
});
