import { afterEach, describe, expect, it } from 'vitest';
import type { OrderView } from '../../protocol/orders.ts';
import type { OrderId, StrategyId, VenueId } from '../../protocol/units.ts';
import { ensureDefined } from '../../protocol/assert.ts';
import { startDesk, until, type TestDesk } from '../testing/desk.ts';
import { instrument, request } from '../testing/orders.ts';
import { personAs } from '../testing/who.ts';
import type { VenueOrder } from '../venues/types.ts';
import type { Actor } from './actor.ts';

const maker: Actor = { kind: 'strategy', id: 'maker' as StrategyId };
const other: Actor = { kind: 'strategy', id: 'other' as StrategyId };
const operator: Actor = { kind: 'user', who: personAs('operator') };

let desks: TestDesk[] = [];
const started = async (...args: Parameters<typeof startDesk>): Promise<TestDesk> => {
  const desk = await startDesk(...args);
  desks.push(desk);
  return desk;
};
afterEach(async () => {
  await Promise.all(desks.map((desk) => desk.close()));
  desks = [];
});

const posts = (desk: TestDesk) =>
  desk.venues.flatMap(({ seen }) => seen.filter(({ method }) => method === 'POST'));
function theOrder(desk: TestDesk): OrderView {
  const order = desk.desk.orders()[0];
  if (!order) throw new Error('no order');
  return order;
}
const venueOf = (desk: TestDesk) => {
  const [venue] = desk.venues;
  if (!venue) throw new Error('no venue');
  return venue;
};

describe('an order for an instrument of a venue without an account', () => {
  const elsewhere = 'elsewhere' as VenueId;
  const sameSymbol = { ...instrument(4, 'BTCUSDT'), venue: elsewhere };
  const onlyThere = { ...instrument(5, 'XBTUSD'), venue: elsewhere };
  const sentence = (name: string): string =>
    `There is no account at elsewhere: ${name} is watched there, and not traded.`;

  it.each([
    [{ symbol: 'XBTUSD' }, 'XBTUSD-USDT'],
    [{ symbol: 'XBTUSD', venue: elsewhere }, 'XBTUSD-USDT'],
    [{ symbol: 'BTCUSDT', venue: elsewhere }, 'BTC-USDT'],
  ])('is refused with a sentence, recorded, and nothing leaves (%o)', async (change, name) => {
    const t = await started();
    t.desk.setInstruments([...t.instruments, sameSymbol, onlyThere]);
    const reply = await t.desk.place(request(change), maker);
    expect(reply).toMatchObject({ ok: false, code: 'no-account', sentence: sentence(name) });
    expect(posts(t)).toHaveLength(0);
    const refused = t.audit.entries.find(({ action }) => action === 'order.refuse');
    expect(refused?.details).toMatchObject({ code: 'no-account' });
  });

  it('does not keep the same symbol from being traded where there is an account', async () => {
    const t = await started();
    t.desk.setInstruments([sameSymbol, ...t.instruments, onlyThere]);
    for (const venue of [undefined, 'sim' as VenueId]) {
      const reply = await t.desk.place(request(venue === undefined ? {} : { venue }), maker);
      expect(reply.ok).toBe(true);
    }
    expect(t.desk.orders().map((each) => each.instrument)).toEqual([0, 0]);
    expect(await t.desk.place(request({ venue: 'nowhere' as VenueId }), maker)).toMatchObject({
      code: 'unknown-instrument',
    });
  });

  it('an id that stood for it at one venue does not stand for it at another', async () => {
    const t = await started();
    const asked = request();
    expect((await t.desk.place(asked, maker)).ok).toBe(true);
    expect(await t.desk.place({ ...asked, venue: elsewhere }, maker)).toMatchObject({ code: 'id-reused' });
  });
});

describe('an order', () => {
  it('is placed under our own id, seen working, filled and counted once', async () => {
    const t = await started();
    const reply = await t.desk.place(request({ size: '2' }), maker);
    expect(reply.ok).toBe(true);
    const [placed] = venueOf(t).orders;
    if (!placed) throw new Error('nothing placed');
    expect(placed.clientOrderId).toMatch(/^cwtest-\d+$/);
    venueOf(t).trade(placed, 500, 1);
    venueOf(t).report(placed, 'TRADE', { t: 1, l: '0.500', L: '100.00' }); // repeated
    venueOf(t).trade(placed, 1500, 2);
    await until('filled', () => theOrder(t).state === 'filled');
    expect(t.desk.fills().map(({ size }) => size)).toEqual([500, 1500]);
    expect(t.desk.positions()[0]).toMatchObject({ size: 2000, openBuy: 0, averageMilliTicks: 10_000_000 });
  });

  it('R-47 is on disk before it leaves, and does not leave when it can not be written', async () => {
    const t = await started();
    t.audit.append = (entry) => {
      expect(posts(t)).toHaveLength(0);
      t.audit.entries.push(entry);
      return Promise.reject(new Error('disk full'));
    };
    const reply = await t.desk.place(request(), maker);
    expect(reply).toMatchObject({ ok: false, code: 'audit-log' });
    expect(posts(t)).toHaveLength(0);
    expect(t.gate.exposure.of(t.instruments[0]?.index ?? (0 as never)).openBuy).toBe(0);
  });

  it('R-1 R-23 does not leave when the gate closes while it is being written', async () => {
    const t = await started();
    let release = (): void => undefined;
    t.audit.append = () => new Promise((resolve) => (release = resolve));
    const reply = t.desk.place(request(), maker);
    t.gate.close('halt', 'Halted.');
    release();
    expect(await reply).toMatchObject({ ok: false, code: 'gate-closed' });
    expect(posts(t)).toHaveLength(0);
    expect(theOrder(t).state).toBe('rejected');
  });

  it('R-1 a permit that the gate did not give sends nothing', async () => {
    const t = await started();
    const [instrument] = t.instruments;
    if (!instrument) throw new Error('no instrument');
    const forged = {
      orderId: 'cwforged-1' as OrderId,
      instrument,
      side: 'buy',
      type: 'limit',
      timeInForce: 'GTC',
      price: 10_000 as never,
      size: 1 as never,
    } as const;
    const answer = await t.adapters[0]?.place(forged, {} as never);
    expect(answer).toMatchObject({ ok: false, error: { code: 'gate-closed' } });
    expect(posts(t)).toHaveLength(0);
  });

  it('R-2 R-14 that a rule refuses sends no bytes and is in the log', async () => {
    const t = await started();
    const reply = await t.desk.place(request({ size: '1000' }), maker);
    expect(reply).toMatchObject({
      ok: false,
      rule: { rule: 'order-size', limit: '100.000', observed: '1000.000' },
    });
    expect(posts(t)).toHaveLength(0);
    expect(t.audit.entries.at(-1)).toMatchObject({
      action: 'order.refuse',
      details: { code: 'order-size', rule: { rule: 'order-size', requirement: 'R-2' } },
    });
  });

  it('R-11 R-14 is refused ahead of its factor as it would be placed, on record, and nothing is reserved', async () => {
    const t = await started();
    const tooBig = request({ size: '100000' });
    const [ahead, placed] = [t.desk.refuses(tooBig, operator), await t.desk.place(tooBig, operator)];
    expect(ahead).toEqual(placed);
    expect(t.audit.entries.filter(({ action }) => action === 'order.refuse')).toHaveLength(2);
    const fine = request();
    for (let i = 0; i < 500; i++) expect(t.desk.refuses(fine, operator)).toBeNull();
    expect(t.gate.exposure.of(t.instruments[0]?.index ?? (0 as never)).openBuy).toBe(0);
    expect((await t.desk.place(fine, operator)).ok, 'no rate was spent').toBe(true);
    expect(t.desk.refuses(fine, operator), 'one that was placed is answered by its first answer').toBeNull();
  });

  it('R-22 R-53 is on record with its sender, their id of it, and ours', async () => {
    const t = await started();
    const placed = await t.desk.place(request({ clientId: 'mine-1' }), {
      ...operator,
      who: personAs('olga'),
    });
    const orderId = placed.ok ? placed.orderId : null;
    await t.desk.place(request({ clientId: 'mine-2' }), { ...maker, address: '192.0.2.7' });
    const of = (client: string) => t.audit.entries.filter((entry) => entry.client === client);
    expect(of('mine-1')[0]).toMatchObject({
      ...{ action: 'order.place', actor: 'olga', order: orderId, scope: 'BTCUSDT' },
      by: { session: 'session-of-olga', role: 'trader', address: '192.0.2.1' },
    });
    expect(of('mine-1').map(({ order }) => order)).toEqual(of('mine-1').map(() => orderId));
    expect(of('mine-2')[0]).toMatchObject({
      actor: 'strategy:maker',
      by: { session: null, address: '192.0.2.7' },
    });
  });

  it('R-12 is reserved before the venue answers', async () => {
    const t = await started();
    venueOf(t).fault = ({ method }) => (method === 'POST' ? { kind: 'delay', ms: 50 } : null);
    const reply = t.desk.place(request(), maker);
    expect(t.desk.positions()[0]).toMatchObject({ openBuy: 1000 });
    await reply;
  });

  it('asked for twice with one client id is placed once', async () => {
    const t = await started();
    const once = request();
    const [a, b] = await Promise.all([t.desk.place(once, maker), t.desk.place(once, maker)]);
    expect(a).toEqual(b);
    expect(posts(t)).toHaveLength(1);
    await t.desk.place(once, other);
    expect(posts(t)).toHaveLength(2);
  });

  it('with a client id that stands for another order is refused and not placed', async () => {
    const t = await started();
    const once = request();
    await t.desk.place(once, maker);
    const other = await t.desk.place({ ...once, size: '2' }, maker);
    expect(other).toMatchObject({ ok: false, code: 'id-reused' });
    expect(posts(t)).toHaveLength(1);
  });

  it('R-31 asked for again after a restart is answered and not placed again', async () => {
    const first = await started();
    const once = request();
    await first.desk.place(once, maker);
    const entries = JSON.parse(JSON.stringify(first.audit.entries)) as typeof first.audit.entries;
    const second = await started(['sim'], { entries, run: 'cwsecond' });
    const again = await second.desk.place(once, maker);
    expect(again).toMatchObject({ ok: true, orderId: 'cwtest-1' });
    expect(posts(second)).toHaveLength(0);
    expect(await second.desk.place({ ...once, price: '99' }, maker)).toMatchObject({ code: 'id-reused' });
    expect((await second.desk.place(once, other)).ok).toBe(true);
    expect(posts(second)).toHaveLength(1);
  });

  it('R-57 that only takes back leaves with a broken log, and its record is spooled', async () => {
    const t = await started();
    await t.desk.place(request({ size: '2' }), maker);
    const [placed] = venueOf(t).orders;
    if (!placed) throw new Error('nothing placed');
    venueOf(t).trade(placed, 2000, 1);
    await until('held', () => t.desk.positions()[0]?.size === 2000);
    t.audit.broken = true;
    const before = t.audit.entries.length;
    expect(await t.desk.place(request({ side: 'sell' }), maker)).toMatchObject({ code: 'audit-log' });
    expect((await t.desk.place(request({ side: 'sell', reduceOnly: true }), maker)).ok).toBe(true);
    expect(t.audit.entries.slice(before).some(({ action }) => action === 'order.place')).toBe(true);
    t.gate.close('halt', 'Halted.');
    const refused = await t.desk.place(request({ side: 'sell', reduceOnly: true }), maker);
    expect(refused).toMatchObject({ code: 'gate-closed' });
  });

  it('that was cancelled while it was pending is cancelled when it shows up, though its answer was lost', async () => {
    const t = await started();
    venueOf(t).hold = ({ method }) => method === 'POST';
    void t.desk.place(request(), maker);
    await until('sent', () => posts(t).length === 1);
    expect((await t.desk.cancel(theOrder(t).orderId, maker)).ok).toBe(false);
    // It arrives now, and the answer never comes.
    venueOf(t).rest('BTCUSDT', 'cwtest-1');
    await until('cancelled', () => venueOf(t).open().length === 0);
    await until('told', () => theOrder(t).state === 'cancelled');
  });

  it('that the venue rejects says why and frees what it had reserved', async () => {
    const t = await started();
    const body = JSON.stringify({ code: -2010, msg: 'Account has insufficient balance.' });
    venueOf(t).fault = ({ method }) => (method === 'POST' ? { kind: 'status', status: 400, body } : null);
    const reply = await t.desk.place(request(), maker);
    expect(reply).toMatchObject({ ok: false, sentence: expect.stringContaining('insufficient') as string });
    expect(t.desk.positions()[0]?.openBuy).toBe(0);
  });

  it('that was swallowed is unknown, is asked for, and found', async () => {
    const t = await started();
    venueOf(t).fault = ({ method, path }) => {
      if (path === '/api/v3/order' && method === 'POST') return { kind: 'reset' };
      return null;
    };
    // The venue took it, the answer was lost.
    const resting = () => venueOf(t).rest('BTCUSDT', 'cwtest-1');
    const reply = await t.desk.place(request(), maker);
    expect(reply).toMatchObject({ ok: true, sentence: expect.stringContaining('did not answer') as string });
    expect(theOrder(t).state).toBe('unknown');
    expect(t.desk.positions()[0]?.openBuy).toBe(1000);
    resting();
    await until('found', () => theOrder(t).state === 'working');
    expect(t.desk.inFlight(theOrder(t).venue)).toBe(0);
  });

  it('can be cancelled while the gate is closed and the log is broken', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    t.gate.close('halt', 'Halted.');
    t.audit.broken = true;
    expect((await t.desk.cancel(theOrder(t).orderId, maker)).ok).toBe(true);
    expect(theOrder(t).state).toBe('cancelled');
    expect(venueOf(t).open()).toHaveLength(0);
  });

  it('R-7 can be cancelled when the rate budget for orders is spent', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    venueOf(t).usedWeight = 5000;
    await t.desk.reconcile(t.adapters[0] ?? (undefined as never));
    expect(await t.desk.place(request(), maker)).toMatchObject({ ok: false, code: 'budget' });
    expect((await t.desk.cancelAll(maker)).ok).toBe(true);
    expect(venueOf(t).open()).toHaveLength(0);
  });

  it("is none of another strategy's business", async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    expect(await t.desk.cancel(theOrder(t).orderId, other)).toMatchObject({ code: 'unknown-order' });
    expect((await t.desk.cancel(theOrder(t).orderId, operator)).ok).toBe(true);
  });
});

describe('what the venue holds', () => {
  it('shows foreign orders, found by reading and by push, and cancels them when asked', async () => {
    const t = await started();
    venueOf(t).rest('ETHUSDT');
    await until('pushed', () => t.desk.orders().length === 1);
    expect(theOrder(t)).toMatchObject({ owner: 'foreign', state: 'working', size: 1000, price: 10_000 });
    expect((await t.desk.cancelAll(operator)).ok).toBe(true);
    expect(venueOf(t).open()).toHaveLength(0);
  });

  it('names foreign orders in symbols that are not listed, until a look shows them gone', async () => {
    const t = await started();
    venueOf(t).rest('XYZUSDT');
    venueOf(t).rest('XYZUSDT');
    const [venue] = t.adapters;
    await t.desk.reconcile(ensureDefined(venue, 'a venue'));
    expect(t.desk.unlisted()).toEqual([{ venue: 'sim', symbol: 'XYZUSDT', orders: 2 }]);
    expect(t.desk.orders()).toEqual([]);
    expect((await t.desk.cancelAll(operator)).ok).toBe(true);
    expect(t.desk.unlisted()).toEqual([]);
  });

  it('a strategy cancels its own orders only', async () => {
    const t = await started();
    venueOf(t).rest('ETHUSDT');
    await t.desk.place(request(), maker);
    await t.desk.place(request(), other);
    await t.desk.cancelAll(maker);
    expect(
      venueOf(t)
        .open()
        .map(({ clientOrderId }) => clientOrderId),
    ).toEqual(['web_1', 'cwtest-2']);
  });

  it('R-41 is read again after the private stream was lost: what was missed becomes fills', async () => {
    const t = await started();
    await t.desk.place(request({ size: '2' }), maker);
    const [placed] = venueOf(t).orders;
    if (!placed) throw new Error('nothing placed');
    venueOf(t).dropStreams();
    venueOf(t).trade(placed, 2000, 7, false);
    await until('the fill that was missed', () => t.desk.fills().length === 1);
    expect(theOrder(t).state).toBe('filled');
    expect(t.desk.positions()[0]).toMatchObject({
      size: 2000,
      averageMilliTicks: 10_000_000,
      venueSize: 2000,
    });
  });

  it('R-41 after a restart open orders are ours again, with what traded meanwhile', async () => {
    const first = await started();
    await first.desk.place(request({ size: '2' }), maker);
    await first.desk.place(request({ size: '1', symbol: 'ETHUSDT' }), maker);
    const entries = structuredClone(first.audit.entries);
    const orders = structuredClone(venueOf(first).orders);
    await first.close();
    desks = [];

    const { FakeVenue } = await import('../testing/fake-venue.ts');
    const venue = new FakeVenue();
    venue.orders.push(...orders);
    const [filled] = venue.orders;
    if (!filled) throw new Error('no order');
    venue.trade(filled, 2000, 9, false);
    const second = await started(['sim'], { entries, run: 'cwsecond', venues: [venue] });
    await until('settled', () =>
      second.desk.orders().every(({ state }) => state === 'filled' || state === 'working'),
    );
    expect(second.desk.orders()).toMatchObject([
      { owner: 'ours', strategy: 'maker', state: 'filled', filled: 2000 },
      { owner: 'ours', strategy: 'maker', state: 'working' },
    ]);
    expect(second.desk.positions()[0]).toMatchObject({ size: 2000 });
  });

  it('a clean stop cancels ours, leaves foreign orders, and says what remains', async () => {
    const t = await started();
    venueOf(t).rest('ETHUSDT');
    await t.desk.place(request(), maker);
    await t.desk.place(request({ symbol: 'SOLUSDT' }), maker);
    expect(await t.desk.cancelOurs(5000)).toEqual([]);
    expect(
      venueOf(t)
        .open()
        .map(({ clientOrderId }) => clientOrderId),
    ).toEqual(['web_1']);
    await t.desk.place(request(), maker);
    venueOf(t).fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 500 } : null);
    expect(await t.desk.cancelOurs(300)).toMatchObject([{ owner: 'ours' }]);
  });

  it('a clean stop waits for an order that was sent and not answered, and ends with what became of it', async () => {
    const t = await started();
    // The venue does it and never says so.
    venueOf(t).fault = ({ method }) => (method === 'POST' ? { kind: 'swallow' } : null);
    void t.desk.place(request(), maker);
    await until('it is at the venue', () => venueOf(t).open().length === 1);
    t.gate.close('stopping', 'Stopping.');
    expect(await t.desk.cancelOurs(10_000)).toEqual([]);
    expect(venueOf(t).open()).toHaveLength(0);
    expect(theOrder(t).state).toBe('cancelled');
    // And one that never arrived.
    t.gate.open('stopping');
    venueOf(t).fault = ({ method }) => (method === 'POST' ? { kind: 'hang' } : null);
    const lost = t.desk.place(request(), maker);
    await until('sent', () => venueOf(t).seen.filter(({ method }) => method === 'POST').length === 2);
    t.gate.close('stopping', 'Stopping.');
    expect(await t.desk.cancelOurs(10_000)).toEqual([]);
    await lost;
    expect(t.desk.orders()[1]?.state).toBe('rejected');
  });

  it('R-7 a clean stop that waits spends little of the rate budget, and none of its cancels waits in line', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    // Every ordinary socket hangs.
    venueOf(t).fault = ({ method, path }) =>
      method === 'POST' || (method === 'GET' && path === '/api/v3/order') ? { kind: 'hang' } : null;
    for (let n = 0; n < 40; n++) void t.desk.place(request({ symbol: 'ETHUSDT' }), maker);
    await until('every socket hangs', () => posts(t).length === 33);
    t.gate.close('stopping', 'Stopping.');
    const before = venueOf(t).seen.length;
    expect((await t.desk.cancelOurs(1500)).length).toBeGreaterThan(0);
    expect(venueOf(t).open()).toHaveLength(0);
    const looks = venueOf(t)
      .seen.slice(before)
      .filter(({ method, path }) => method === 'GET' && path === '/api/v3/openOrders');
    expect(looks.length).toBeLessThanOrEqual(5);
  });

  it('R-31 an order in flight when the server was killed is found again and is ours', async () => {
    const first = await started();
    venueOf(first).fault = ({ method }) => (method === 'POST' ? { kind: 'swallow' } : null);
    void first.desk.place(request(), maker);
    await until('it is at the venue', () => venueOf(first).open().length === 1);
    // What was on disk when it died: the order, and no answer.
    const entries = structuredClone(first.audit.entries.filter(({ action }) => action === 'order.place'));
    expect(entries).toHaveLength(1);
    const orders = structuredClone(venueOf(first).orders);
    await first.close();
    desks = [];
    const { FakeVenue } = await import('../testing/fake-venue.ts');
    const venue = new FakeVenue();
    venue.orders.push(...orders);
    const second = await started(['sim'], { entries, run: 'cwsecond', venues: [venue] });
    await until('found', () => theOrder(second).state === 'working');
    expect(second.desk.orders()).toMatchObject([
      { owner: 'ours', strategy: 'maker', state: 'working', size: 1000 },
    ]);
    expect(second.desk.positions()[0]).toMatchObject({ openBuy: 1000 });
  });

  it('R-31 what foreign orders traded is known after a restart', async () => {
    const first = await started();
    const foreign = venueOf(first).rest('BTCUSDT');
    await until('seen', () => first.desk.orders().length === 1);
    venueOf(first).trade(foreign, 1000, 1);
    await until('traded', () => theOrder(first).state === 'filled');
    expect(first.desk.fills()).toEqual([]);
    const entries = structuredClone(first.audit.entries);
    await first.close();
    desks = [];
    const second = await started(['sim'], { entries, run: 'cwsecond' });
    const index = second.instruments[0]?.index ?? (0 as never);
    expect(second.gate.exposure.of(index).filled).toBe(1000);
    expect(second.desk.fills()).toEqual([]);
  });

  it('R-41 an order that left memory counts none of its fills again when a late word names it', async () => {
    const t = await started();
    await t.desk.place(request({ size: '2' }), maker);
    const [placed] = venueOf(t).orders;
    if (!placed) throw new Error('nothing placed');
    venueOf(t).trade(placed, 1000, 1);
    await until('traded', () => t.desk.fills().length === 1);
    const before = structuredClone(venueOf(t).open());
    const late = { ...ensureDefined(await openNow(t), 'an open order') };
    await t.desk.cancelAll(maker);
    for (let n = 0; n < 500; n++) {
      venueOf(t).fault = ({ method }) =>
        method === 'POST' ? { kind: 'status', status: 400, body: '{"code":-2010,"msg":"no"}' } : null;
      await t.desk.place(request(), maker);
    }
    expect(t.desk.orders().some(({ orderId }) => orderId === 'cwtest-1')).toBe(false);
    expect(before).toHaveLength(1);
    t.desk.takeSnapshot(ensureDefined(t.adapters[0], 'a venue'), [late], 0);
    expect(t.desk.fills()).toHaveLength(1);
    expect(t.desk.positions()[0]).toMatchObject({ size: 1000, openBuy: 0 });
    expect(t.desk.orders().some(({ orderId }) => orderId === 'cwtest-1')).toBe(false);
  });

  it('R-41 a balance that can not be read is unknown, one that is not listed is none', async () => {
    const t = await started();
    await t.desk.place(request(), maker);
    await t.desk.place(request({ symbol: 'ETHUSDT' }), maker);
    await until('read', () => t.desk.positions()[0]?.venueSize === 2000);
    expect(t.desk.positions()[1]?.venueSize).toBe(0);
    const body = JSON.stringify({ balances: [{ asset: 'BTC', free: '1e3', locked: '0' }] });
    venueOf(t).fault = ({ path }) =>
      path === '/api/v3/account' ? { kind: 'status', status: 200, body } : null;
    await t.desk.reconcile(ensureDefined(t.adapters[0], 'a venue'));
    expect(t.desk.positions().map(({ venueSize }) => venueSize)).toEqual([null, 0]);
  });
});

async function openNow(t: TestDesk): Promise<VenueOrder | undefined> {
  const open = await t.adapters[0]?.openOrders('halt');
  return open?.ok ? open.value[0] : undefined;
}
