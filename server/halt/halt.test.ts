import { afterEach, describe, expect, it } from 'vitest';
import type { HaltId, StrategyId } from '../../protocol/units.ts';
import type { FakeVenue } from '../testing/fake-venue.ts';
import { startDesk, until, type TestDesk } from '../testing/desk.ts';
import { request } from '../testing/orders.ts';
import { personAs } from '../testing/who.ts';

const maker = { kind: 'strategy', id: 'maker' as StrategyId } as const;
const [ann, bob] = [personAs('ann'), personAs('bob', 'risk-manager')];
const haltId = 'halt-0001' as HaltId;

let running: TestDesk | null = null;
const started = async (...names: string[]): Promise<TestDesk> => {
  running = await startDesk(names.length > 0 ? names : ['sim']);
  return running;
};
afterEach(async () => {
  await running?.close();
  running = null;
});
function venue(t: TestDesk, n = 0): FakeVenue {
  const found = t.venues[n];
  if (!found) throw new Error('no venue');
  return found;
}
const row = (t: TestDesk, n = 0) => t.halt.view().venues[n];
const cancels = (fake: FakeVenue) =>
  fake.seen.filter(({ method, path }) => method === 'DELETE' && path === '/api/v3/openOrders');
const reads = (fake: FakeVenue) =>
  fake.seen.filter(({ method, path }) => method === 'GET' && path === '/api/v3/openOrders');

describe('the halt', () => {
  it('R-23 R-32 has the gate closed when press returns, before anything is written', async () => {
    const t = await started();
    t.audit.appendNow = () => {
      expect(t.gate.isOpen()).toBe(false);
    };
    t.halt.press(haltId, ann, 'test');
    expect(t.halt.view()).toMatchObject({ phase: 'blocked', gateOpen: false, factorBy: null });
    expect(await t.desk.place(request(), maker)).toMatchObject({ ok: false, code: 'gate-closed' });
    expect(t.halt.view().refusedSince).toBe(1);
    expect(cancels(venue(t))).toHaveLength(0);
  });

  it('R-25 cancels everything in every symbol, foreign orders too, and reads zero twice', async () => {
    const t = await started();
    for (const symbol of ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'BTCUSDT']) {
      await t.desk.place(request({ symbol }), maker);
    }
    venue(t).rest('ADAUSDT');
    venue(t).rest('XYZUSDT'); // a symbol that we don't even know
    t.halt.press(haltId, ann, 'test');
    const before = reads(venue(t)).length;
    const reply = await t.halt.cancelAll(haltId, ann);
    expect(reply.ok).toBe(true);
    expect(venue(t).open()).toHaveLength(0);
    expect(new Set(cancels(venue(t)).map(({ query }) => query.get('symbol'))).size).toBe(5);
    expect(reads(venue(t)).length - before).toBeGreaterThanOrEqual(3);
    const view = t.halt.view();
    expect(view).toMatchObject({ phase: 'confirmed', factorBy: 'ann' });
    const { sentAt, acknowledgedAt, confirmedZeroAt } = view.venues[0] ?? {};
    expect(sentAt ?? NaN).toBeLessThanOrEqual(acknowledgedAt ?? NaN);
    expect(acknowledgedAt ?? NaN).toBeLessThanOrEqual(confirmedZeroAt ?? NaN);
  });

  it('R-24 one venue that hangs holds up no other, and is named', async () => {
    const t = await started('alpha', 'beta');
    await t.desk.place(request(), maker);
    await t.desk.place(request({ symbol: 'ETHUSDT' }), maker);
    venue(t, 1).fault = ({ path }) => (path === '/api/v3/time' ? null : { kind: 'hang' });
    t.halt.press(haltId, ann, 'test');
    void t.halt.cancelAll(haltId, ann);
    await until('alpha at zero', () => typeof row(t)?.confirmedZeroAt === 'number');
    expect(row(t, 1)).toMatchObject({ confirmedZeroAt: null, openOrders: null });
    expect(row(t, 1)?.sentAt).not.toBeNull();
    expect(t.halt.view().phase).toBe('cancelling');
    expect(t.halt.release(haltId, bob, 'test')).toMatchObject({ ok: false, code: 'not-confirmed' });
    venue(t, 1).fault = () => null;
    await until('both at zero', () => t.halt.view().phase === 'confirmed');
    expect(venue(t, 1).open()).toHaveLength(0);
  });

  it.each([
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfter: '0.2' } as const],
    ['500', { kind: 'status', status: 500 } as const],
    ['418', { kind: 'status', status: 418, retryAfter: '0.2' } as const],
    ['a reset connection', { kind: 'reset' } as const],
    ['an answer that is not JSON', { kind: 'status', status: 200, body: '<html>' } as const],
  ])('R-29 is not green after %s; it tries again', async (_name, fault) => {
    const t = await started();
    await t.desk.place(request(), maker);
    let faults = 0;
    let green = false;
    venue(t).fault = ({ method, path }) => {
      if (method !== 'DELETE' || path !== '/api/v3/openOrders' || faults >= 3) return null;
      faults += 1;
      green ||= t.halt.view().phase === 'confirmed';
      return fault;
    };
    t.halt.press(haltId, ann, 'test');
    const troubles = new Set<string>();
    t.halt.onChange(({ venues: [only] }) => {
      if (only?.trouble) troubles.add(only.trouble);
    });
    expect((await t.halt.cancelAll(haltId, ann)).ok).toBe(true);
    expect(faults).toBe(3);
    expect(green).toBe(false);
    expect(troubles.size).toBeGreaterThan(0);
    expect(venue(t).open()).toHaveLength(0);
    expect(row(t)?.attempts).toBeGreaterThan(3);
  });

  it('a limit on new orders holds up no cancel', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    const body = JSON.stringify({ code: -1015, msg: 'Too many new orders.' });
    venue(t).fault = ({ method }) =>
      method === 'POST' ? { kind: 'status', status: 429, retryAfter: '60', body } : null;
    expect(await t.desk.place(request(), maker)).toMatchObject({ ok: false, code: 'binance-1015' });
    t.halt.press(haltId, ann, 'test');
    expect((await t.halt.cancelAll(haltId, ann)).ok).toBe(true);
  });

  it('R-29 an acknowledgement that lies is found out by the re-read', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    let lies = 2;
    venue(t).fault = ({ method, path }) =>
      method === 'DELETE' && path === '/api/v3/openOrders' && lies-- > 0 ? { kind: 'lie' } : null;
    t.halt.press(haltId, ann, 'test');
    expect((await t.halt.cancelAll(haltId, ann)).ok).toBe(true);
    expect(venue(t).open()).toHaveLength(0);
    expect(cancels(venue(t)).length).toBeGreaterThanOrEqual(3);
  });

  it('R-29 a venue whose re-read fails is never green', async () => {
    const t = await started();
    venue(t).fault = ({ method, path }) =>
      method === 'GET' && path === '/api/v3/openOrders' ? { kind: 'status', status: 500 } : null;
    t.halt.press(haltId, ann, 'test');
    void t.halt.cancelAll(haltId, ann);
    await until('five tries', () => reads(venue(t)).length > 5);
    expect(t.halt.view().phase).not.toBe('confirmed');
    expect(row(t)?.trouble).toContain('failed');
  });

  it('R-26 an order in flight at the press is caught when the venue acknowledges it', async () => {
    const t = await started();
    venue(t).fault = ({ method }) => (method === 'POST' ? { kind: 'delay', ms: 100 } : null);
    const placing = t.desk.place(request(), maker);
    await until('sent', () => venue(t).seen.some(({ method }) => method === 'POST'));
    t.halt.press(haltId, ann, 'test');
    expect((await t.halt.cancelAll(haltId, ann)).ok).toBe(true);
    await placing;
    expect(venue(t).open()).toHaveLength(0);
    expect(t.desk.orders()[0]?.state).toBe('cancelled');
  });

  it('R-23 orders that wait for a socket when the gate closes never leave', async () => {
    const t = await started();
    const held: (() => void)[] = [];
    venue(t).hold = ({ method }, serve) => {
      if (method !== 'POST') return false;
      held.push(serve);
      return true;
    };
    const release = (): void => {
      venue(t).hold = () => false;
      for (const serve of held.splice(0)) serve();
    };
    // More than the sockets that there are.
    const placing = Array.from({ length: 80 }, () => t.desk.place(request(), maker));
    await until('every socket carries an order', () => held.length === 32);
    t.halt.press(haltId, ann, 'test');
    const done = t.halt.cancelAll(haltId, ann);
    release();
    const replies = await Promise.all(placing);
    expect(replies.filter((reply) => reply.ok)).toHaveLength(32);
    expect(replies.filter((reply) => !reply.ok && reply.code === 'gate-closed')).toHaveLength(48);
    expect((await done).ok).toBe(true);
    expect(venue(t).orders).toHaveLength(32);
    expect(venue(t).open()).toHaveLength(0);
    expect(t.gate.exposure.of(t.instruments[0]?.index ?? (0 as never)).openBuy).toBe(0);
  });

  it('R-26 an order that the venue swallowed holds the zero up only until it can no longer arrive', async () => {
    const t = await started();
    venue(t).fault = ({ method }) => (method === 'POST' ? { kind: 'hang' } : null);
    void t.desk.place(request(), maker);
    await until('sent', () => venue(t).seen.some(({ method }) => method === 'POST'));
    t.halt.press(haltId, ann, 'test');
    expect(await t.halt.cancelAll(haltId, ann)).toMatchObject({ ok: true });
    expect(t.halt.view().phase).toBe('confirmed');
    expect(t.desk.orders()[0]?.state).toBe('rejected');
  });

  it('R-26 an order that appears after zero takes the confirmation back and is cancelled', async () => {
    const t = await started();
    t.halt.press(haltId, ann, 'test');
    await t.halt.cancelAll(haltId, ann);
    const phases: string[] = [];
    t.halt.onChange(({ phase }) => phases.push(phase));
    venue(t).rest('BTCUSDT');
    await until('gone', () => venue(t).open().length === 0 && t.halt.view().phase === 'confirmed');
    expect(phases).toContain('cancelling');
    // The same without the private stream: the watch finds it.
    venue(t).dropStreams();
    venue(t).rest('ETHUSDT');
    await until('gone again', () => venue(t).open().length === 0 && t.halt.view().phase === 'confirmed');
  });

  it('R-7 a foreign program that goes on ordering is cancelled by each push and does not spend the looks', async () => {
    const t = await started();
    t.halt.press(haltId, ann, 'test');
    expect((await t.halt.cancelAll(haltId, ann)).ok).toBe(true);
    const [looked, cancelled] = [reads(venue(t)).length, cancels(venue(t)).length];
    const began = performance.now();
    for (let n = 0; n < 150; n++) {
      venue(t).rest(['BTCUSDT', 'ETHUSDT'][n % 2] ?? '');
      await until('cancelled', () => venue(t).open().length === 0);
    }
    expect(cancels(venue(t)).length - cancelled).toBeGreaterThanOrEqual(75);
    // A burst, and one for each 1.5 s that this took.
    const looks = 16 + (performance.now() - began) / 1500 + 1;
    expect(reads(venue(t)).length - looked).toBeLessThanOrEqual(looks);
    await until('zero again', () => t.halt.view().phase === 'confirmed');
    expect(row(t)?.foreignOrders).toBe(0);
  });

  it('R-33 pressed twice and cancelled twice does it once', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    t.halt.press(haltId, ann, 'test');
    const { pressedAt } = t.halt.view();
    t.halt.press(haltId, bob, 'again');
    expect(t.halt.view().pressedAt).toBe(pressedAt);
    const replies = await Promise.all([t.halt.cancelAll(haltId, ann), t.halt.cancelAll(haltId, bob)]);
    expect(replies.every(({ ok }) => ok)).toBe(true);
    expect(cancels(venue(t))).toHaveLength(1);
    expect(t.halt.view().factorBy).toBe(ann.user);
  });

  it('R-30 is taken back while blocked by its presser, released at zero by another', async () => {
    const t = await started();
    t.halt.press(haltId, ann, 'test');
    expect(t.halt.takeBack(haltId, bob, 'no')).toMatchObject({ ok: false, code: 'not-yours' });
    expect(t.halt.takeBack(haltId, ann, 'a mistake').ok).toBe(true);
    expect((await t.desk.place(request(), maker)).ok).toBe(true);
    const next = 'halt-0002' as HaltId;
    t.halt.press(next, ann, 'test');
    await t.halt.cancelAll(next, bob);
    expect(t.halt.release(next, ann, 'mine')).toMatchObject({ ok: false, code: 'same-person' });
    expect(t.halt.release(next, bob, 'checked').ok).toBe(true);
    expect(t.gate.isOpen()).toBe(true);
    expect((await t.desk.place(request(), maker)).ok).toBe(true);
  });

  it('stamps nothing as sent or taken at a venue where nothing stood', async () => {
    const t = await started();
    t.halt.press(haltId, ann, 'test');
    expect((await t.halt.cancelAll(haltId, ann)).ok).toBe(true);
    expect(cancels(venue(t))).toHaveLength(0);
    expect(row(t)).toMatchObject({ sentAt: null, acknowledgedAt: null, attempts: 0, openOrders: 0 });
    expect(typeof row(t)?.confirmedZeroAt).toBe('number');
  });

  it('R-30 after a crash and while another pressed it is not taken back; two people end it', async () => {
    const t = await started();
    t.halt.resume(undefined, 'It was killed.');
    const boot = t.halt.view().haltId ?? haltId;
    t.halt.press(haltId, ann, 'looking');
    expect(t.halt.takeBack(haltId, ann, 'alone')).toMatchObject({ ok: false, code: 'not-pressed' });
    expect(t.gate.isOpen()).toBe(false);
    expect((await t.halt.cancelAll(boot, ann)).ok).toBe(true);
    expect(t.halt.release(boot, ann, 'alone')).toMatchObject({ ok: false, code: 'same-person' });
    expect(t.halt.release(boot, bob, 'checked').ok).toBe(true);
    t.halt.press('halt-0002' as HaltId, ann, 'a mistake');
    t.halt.press('halt-0003' as HaltId, bob, 'a real reason');
    expect(t.halt.takeBack('halt-0002' as HaltId, ann, 'x')).toMatchObject({ code: 'others-pressed' });
    expect(t.gate.isOpen()).toBe(false);
  });

  it('says what a request would be answered without doing it', async () => {
    const t = await started();
    const cancel = { kind: 'cancel-all', haltId, by: ann.user } as const;
    expect(t.halt.wouldAccept(cancel)).toMatchObject({ ok: false, error: { code: 'not-halted' } });
    t.halt.press(haltId, ann, 'test');
    const [view, records] = [t.halt.view(), t.audit.entries.length];
    expect(t.halt.wouldAccept(cancel).ok).toBe(true);
    expect(t.halt.wouldAccept({ kind: 'take-back', haltId, by: bob.user }).ok).toBe(false);
    expect(t.halt.wouldAccept({ kind: 'take-back', haltId, by: ann.user }).ok).toBe(true);
    expect(t.halt.view()).toEqual(view);
    expect(t.audit.entries).toHaveLength(records);
    expect(t.gate.isOpen()).toBe(false);
  });

  it('R-53 every act of a person is on record with who, from where, why, by which factor, before and after', async () => {
    const t = await started('sim');
    t.halt.press(haltId, ann, 'a runaway');
    await t.halt.cancelAll(haltId, { ...ann, factor: 'passkey', assertion: { id: 'x' } });
    expect(t.halt.release(haltId, bob, 'checked')).toMatchObject({ ok: true });
    const of = (action: string) => t.audit.entries.find((entry) => entry.action === action);
    const by = { session: 'session-of-ann', role: 'trader', address: '192.0.2.1' };
    expect(of('halt.press')).toMatchObject({
      ...{ actor: 'ann', by, reason: 'a runaway' },
      before: { phase: 'trading', haltId: null },
      after: { phase: 'blocked', haltId },
    });
    expect(of('halt.cancel-all')).toMatchObject({ by, factor: 'passkey', assertion: { id: 'x' } });
    expect(of('halt.release')).toMatchObject({
      ...{ actor: 'bob', by: { role: 'risk-manager' }, reason: 'checked' },
      before: { phase: 'confirmed' },
      after: { phase: 'trading' },
    });
  });

  it('R-57 works with a log that can not be written', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    t.audit.broken = true;
    t.halt.press(haltId, ann, 'test');
    expect((await t.halt.cancelAll(haltId, ann)).ok).toBe(true);
    expect(venue(t).open()).toHaveLength(0);
  });

  it('R-31 a restart in the middle goes on cancelling, without a press', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    venue(t).fault = ({ method }) => (method === 'DELETE' ? { kind: 'hang' } : null);
    t.halt.press(haltId, ann, 'test');
    void t.halt.cancelAll(haltId, ann);
    await until('the halt is in the log', () =>
      t.audit.entries.some(({ action }) => action === 'halt.cancel-all'),
    );
    const last = t.audit.entries.findLast(({ action }) => action.startsWith('halt.'))?.details['state'];
    t.halt.stop();
    venue(t).fault = () => null;
    const { Halt } = await import('./halt.ts');
    const { SystemClock } = await import('../clock.ts');
    const { gate, desk, audit, adapters } = t;
    const again = new Halt({ gate, desk, audit, venues: adapters, clock: new SystemClock() });
    again.resume(JSON.parse(JSON.stringify(last)), 'It was killed.');
    await until('zero', () => again.view().phase === 'confirmed');
    expect(venue(t).open()).toHaveLength(0);
    expect(again.view()).toMatchObject({ cause: { kind: 'resumed', by: 'ann' }, gateOpen: false });
    expect(again.release(haltId, ann, 'x')).toMatchObject({ code: 'same-person' });
    again.stop();
  });
});
