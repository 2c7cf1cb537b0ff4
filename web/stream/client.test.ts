import { describe, expect, it } from 'vitest';
import { writeBook, type Ladder } from '../../protocol/book.ts';
import { FrameWriter, type FrameKind } from '../../protocol/frame.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlState, Subscription } from '../../protocol/messages.ts';
import { writeQuotes } from '../../protocol/quotes.ts';
import { writeTrades } from '../../protocol/trades.ts';
import type { InstrumentIndex, Lots, Micros, UserId, VenueId } from '../../protocol/units.ts';
import type { ConnectionRefusal } from '../../protocol/version.ts';
import { StreamClient } from './client.ts';
import type { FromStream, Paint } from './port.ts';
import type { Wire } from './wire.ts';

const instrument = (index: number): Instrument => ({
  index: index as InstrumentIndex,
  venue: 'sim' as VenueId,
  symbol: `S${index}`,
  name: `S${index}-USDT`,
  base: 'S',
  quote: 'USDT',
  priceScale: 2,
  tickStep: 1,
  sizeScale: 3,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 1_000_000 as Lots,
  minNotional: '0',
});
const state: ControlState = {
  profile: 'demo',
  origins: { data: 'SIM', orders: 'SIM' },
  serverVersion: '0.1.0',
  instruments: [instrument(0), instrument(1)],
  orders: [],
  positions: [],
  fills: [],
  limits: [],
  halt: {
    phase: 'trading',
    level: 'L3',
    scope: 'firm',
    gateOpen: true,
    haltId: null,
    cause: null,
    pressedAt: null,
    gateClosedAt: null,
    factorBy: null,
    factorAt: null,
    confirmedAt: null,
    venues: [],
    refusedSince: 0,
    releasedBy: null,
    releasedAt: null,
  },
  alarms: [],
  health: [],
  feeds: [],
};
const session = {
  user: 'ann' as UserId,
  name: 'Ann',
  role: 'trader' as const,
  signedInAt: 1 as Micros,
  expiresAt: 2 as Micros,
};

/** A console whose socket, clock and timers the test holds. */
function desk() {
  let now = 1_000_000;
  let connect = (): void => undefined;
  let disconnect: (sentence: string, final: boolean) => void = () => undefined;
  let refuse: (code: ConnectionRefusal | null, sentence: string) => void = () => undefined;
  let message: (message: unknown) => void = () => undefined;
  let frame: (bytes: Uint8Array) => void = () => undefined;
  const posted: FromStream[] = [];
  const subscriptions: Subscription[] = [];
  const credits: number[] = [];
  const later: (() => void)[] = [];
  let reconnects = 0;
  const asked: string[] = [];
  const wire: Wire = {
    onConnect: (listener) => (connect = listener),
    onDisconnect: (listener) => (disconnect = listener),
    onRefused: (listener) => (refuse = listener),
    onMessage: (listener) => (message = listener),
    onFrame: (listener) => (frame = listener),
    reconnect: () => (reconnects += 1),
    disconnect: () => undefined,
    subscribe: (subscription) => void subscriptions.push(subscription),
    applied: (frames) => void credits.push(frames),
    ask: (event) => {
      asked.push(event);
      return Promise.resolve(null);
    },
  };
  const client = new StreamClient({
    wire,
    now: () => now,
    later: (_ms, run) => void later.push(run),
    post: (each) => void posted.push(each),
    compute: () => undefined,
  });
  const writer = new FrameWriter();
  return {
    client,
    posted,
    subscriptions,
    credits,
    asked,
    later,
    get reconnects() {
      return reconnects;
    },
    paints: () => posted.filter((each): each is Paint => each.kind === 'paint'),
    link: () => posted.filter((each) => each.kind === 'link').at(-1)?.link,
    pass: (ms: number) => (now += ms),
    message: (each: unknown) => message(each),
    disconnect: (final = false) => disconnect('It broke.', final),
    refuse: (code: ConnectionRefusal | null) => refuse(code, 'No.'),
    online() {
      client.receive({ kind: 'connect' });
      connect();
      message({ type: 'snapshot', epoch: 'e1', seq: 7, session, state });
    },
    bytes: (given: Uint8Array) => frame(given),
    frame(kind: FrameKind, sentAt: number, fill: (writer: FrameWriter) => void = () => undefined) {
      writer.begin(kind, 'SIM');
      fill(writer);
      frame(writer.finish(sentAt as Micros));
    },
    quotes(sentAt: number, bid: number) {
      this.frame('market', sentAt, (each) => {
        const rows = writeQuotes(each, 1);
        rows.bid[0] = bid;
        rows.bidSize[0] = 1;
        rows.ask[0] = bid + 2;
        rows.askSize[0] = 1;
        rows.state[0] = 1;
      });
    },
    book(base: number, version: number, ladder: Ladder) {
      this.frame('market', version, (each) =>
        writeBook(each, { instrument: 0, base, version, state: 'live', exchangeAt: 1, ...ladder }),
      );
    },
  };
}

describe('credit', () => {
  it('is given for frames that were drawn, and one paint is out at a time', () => {
    const console = desk();
    console.online();
    console.quotes(1, 100);
    console.quotes(2, 101);
    console.quotes(3, 102);
    expect(console.credits).toEqual([]);
    expect(console.paints()).toHaveLength(1);
    console.client.receive({ kind: 'drawn', id: 1 });
    expect(console.credits).toEqual([1]);
    // The two frames that came meanwhile are one paint: the newest state, no backlog.
    expect(console.paints()).toHaveLength(2);
    expect(console.paints()[1]).toMatchObject({ sentAt: 3, quotes: [{ bid: '1.02', ask: '1.04' }] });
    console.client.receive({ kind: 'drawn', id: 2 });
    expect(console.credits).toEqual([1, 3]);
  });

  it('a hidden page asks for 0 Hz, gives credit for what was applied, and subscribes anew on return', () => {
    const console = desk();
    console.online();
    console.quotes(1, 100);
    console.client.receive({ kind: 'visible', visible: false });
    expect(console.subscriptions.at(-1)).toMatchObject({ hz: 0 });
    console.quotes(2, 101);
    expect(console.credits).toEqual([2]);
    console.client.receive({ kind: 'visible', visible: true });
    expect(console.subscriptions.at(-1)).toMatchObject({ hz: 20, quotes: 'all' });
  });

  it('a heartbeat moves the clock and costs no credit', () => {
    const console = desk();
    console.online();
    console.frame('heartbeat', 9_000_000);
    console.client.receive({ kind: 'drawn', id: 1 });
    expect(console.paints()[0]).toMatchObject({ sentAt: 9_000_000 });
    expect(console.credits).toEqual([]);
  });
});

describe('what must not be missed', () => {
  it('a gap in the control state’s sequence reads the whole state again', () => {
    const console = desk();
    console.online();
    const change = { type: 'limits', limits: [] };
    console.message({ type: 'change', epoch: 'e1', seq: 8, change });
    expect(console.reconnects).toBe(1);
    console.message({ type: 'change', epoch: 'e1', seq: 10, change });
    expect(console.reconnects).toBe(2);
    expect(console.posted.filter((each) => each.kind === 'changes')).toHaveLength(1);
  });

  it.each([
    [
      'a message of no known type',
      (console: ReturnType<typeof desk>) => console.message({ type: 'surprise' }),
    ],
    [
      'a frame of another version',
      (console: ReturnType<typeof desk>) => console.bytes(new Uint8Array(16).fill(9)),
    ],
    ['a cut frame', (console: ReturnType<typeof desk>) => console.bytes(new Uint8Array(3))],
  ])('%s starts the connection again and is not drawn', (_what, send) => {
    const console = desk();
    console.online();
    send(console);
    expect(console.reconnects).toBe(2);
    expect(console.paints()).toHaveLength(0);
  });

  it('after a sleep everything is read anew', () => {
    const console = desk();
    console.online();
    console.client.second();
    console.pass(1000);
    console.client.second();
    expect(console.reconnects).toBe(1);
    console.pass(3_600_000);
    console.client.second();
    expect(console.reconnects).toBe(2);
    expect(console.posted.find((each) => each.kind === 'notice')).toMatchObject({
      sentence: expect.stringContaining('slept') as string,
    });
  });
});

describe('the connection', () => {
  it('says since when it is trying, and keeps that through attempts', () => {
    const console = desk();
    console.online();
    console.disconnect();
    const since = console.link();
    console.pass(5000);
    console.refuse(null);
    expect(console.link()).toMatchObject({ kind: 'retrying', attempts: 1 });
    expect(console.link()).toMatchObject({ since: since?.kind === 'retrying' ? since.since : -1 });
  });

  it('a server that closed on purpose is tried again, but a refused version is not', () => {
    const console = desk();
    console.online();
    console.disconnect(true);
    console.later.pop()?.();
    expect(console.reconnects).toBe(2);
    console.refuse('upgrade-console');
    expect(console.link()).toMatchObject({ kind: 'refused', code: 'upgrade-console' });
    console.disconnect(true);
    expect(console.link()).toMatchObject({ kind: 'refused' });
  });

  it('never sends a command without a live connection', async () => {
    const console = desk();
    console.online();
    console.disconnect();
    console.asked.length = 0;
    const envelope = { id: 'x', expiresAt: 1, command: { type: 'order.cancel-all' } } as never;
    console.client.receive({ kind: 'command', id: 3, envelope, timeoutMs: 5 });
    await Promise.resolve();
    await Promise.resolve();
    expect(console.asked).toEqual([]);
    expect(console.posted.at(-1)).toEqual({ kind: 'reply', id: 3, reply: null });
  });
});

describe('the ladder', () => {
  it('applies deltas on their base', () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    console.book(0, 1, { bids: [{ price: 100, size: 5 }], asks: [{ price: 102, size: 5 }] });
    console.client.receive({ kind: 'drawn', id: 1 });
    console.book(1, 2, {
      bids: [{ price: 101, size: 2 }],
      asks: [
        { price: 102, size: 0 },
        { price: 103, size: 1 },
      ],
    });
    expect(console.paints().at(-1)?.books[0]).toMatchObject({
      bids: [
        { price: '1.01', size: '0.002' },
        { price: '1.00', size: '0.005', depth: 1 },
      ],
      asks: [{ price: '1.03' }],
      mid: '1.02',
      spread: '0.02',
    });
  });

  it('a delta on a version that is not here asks for a snapshot and shows nothing of it', () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    const before = console.subscriptions.length;
    console.book(4, 5, { bids: [{ price: 100, size: 5 }], asks: [] });
    expect(console.paints().flatMap((each) => each.books)).toEqual([]);
    expect(console.subscriptions.slice(before)).toMatchObject([{ books: [] }, { books: [0] }]);
  });
});

describe('trades', () => {
  it('sent twice are shown once', () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    const send = (...ids: number[]): void =>
      console.frame('market', 1, (each) => {
        const rows = writeTrades(each, 0, ids.length, 0);
        ids.forEach((id, row) => {
          rows.tradeId[row] = id;
          rows.price[row] = 100;
          rows.size[row] = 1;
        });
      });
    send(1, 2);
    console.client.receive({ kind: 'drawn', id: 1 });
    send(2, 3);
    const [first, second] = console.paints();
    expect(first?.trades[0]).toMatchObject({ replace: true, trades: [{ id: 1 }, { id: 2 }] });
    expect(second?.trades[0]).toMatchObject({ replace: false, trades: [{ id: 3 }] });
  });
});
