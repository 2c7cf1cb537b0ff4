import { describe, expect, it } from 'vitest';
import { writeBook, type Ladder } from '../../protocol/book.ts';
import { FrameWriter, type FrameKind } from '../../protocol/frame.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlState, Subscription } from '../../protocol/messages.ts';
import { writeQuotes } from '../../protocol/quotes.ts';
import { writeTrades } from '../../protocol/trades.ts';
import type { CommandId, InstrumentIndex, Lots, Micros, UserId, VenueId } from '../../protocol/units.ts';
import type { ConnectionRefusal } from '../../protocol/version.ts';
import { StreamClient } from './client.ts';
import type { FromStream, Paint, ToComputeData } from './port.ts';
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
  accounts: [],
  quarantines: [],
  replay: null,
};
const session = {
  user: 'ann' as UserId,
  name: 'Ann',
  role: 'trader' as const,
  kind: 'person' as const,
  session: 'session-0001',
  permissions: [],
  signedInAt: 1 as Micros,
  factorAt: 1 as Micros,
  factor: 'totp' as const,
  idleAt: 2 as Micros,
  expiresAt: 2 as Micros,
  endsAt: 3 as Micros,
};

/** Promises that are resolved have run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A console whose socket, clock and timers the test holds. */
function desk() {
  let now = 1_000_000;
  let wall = 50_000_000;
  let connect = (): void => undefined;
  let disconnect: (sentence: string, final: boolean) => void = () => undefined;
  let refuse: (code: ConnectionRefusal | null, sentence: string) => void = () => undefined;
  let message: (message: unknown) => void = () => undefined;
  let frame: (bytes: Uint8Array) => void = () => undefined;
  const posted: FromStream[] = [];
  const subscriptions: Subscription[] = [];
  const credits: number[] = [];
  const later: { readonly ms: number; readonly run: () => void }[] = [];
  const beats: { run: (() => void) | null; ms: number } = { run: null, ms: 0 };
  /** What the server says; null is silence. */
  const answers = {
    subscribe: (): { ok: boolean; sentence: string } | null => ({ ok: true, sentence: '' }),
    ask: (_event: string, _question: unknown): unknown => null,
  };
  let reconnects = 0;
  const asked: string[] = [];
  const computed: ToComputeData[] = [];
  const wire: Wire = {
    onConnect: (listener) => (connect = listener),
    onDisconnect: (listener) => (disconnect = listener),
    onRefused: (listener) => (refuse = listener),
    onMessage: (listener) => (message = listener),
    onFrame: (listener) => (frame = listener),
    reconnect: () => (reconnects += 1),
    disconnect: () => undefined,
    subscribe: (subscription) => {
      subscriptions.push(subscription);
      return Promise.resolve(answers.subscribe());
    },
    applied: (frames) => void credits.push(frames),
    ask: (event, question) => {
      asked.push(event);
      return Promise.resolve(answers.ask(event, question));
    },
  };
  const client = new StreamClient({
    wire,
    now: () => now,
    wall: () => wall,
    later: (ms, run) => void later.push({ ms, run }),
    every: (ms, run) => {
      Object.assign(beats, { ms, run });
      return () => (beats.run = null);
    },
    post: (each) => void posted.push(each),
    compute: (each) => void computed.push(each),
  });
  const writer = new FrameWriter();
  return {
    client,
    posted,
    subscriptions,
    credits,
    asked,
    computed,
    later,
    beats,
    answers,
    /** Lets this much time pass and runs what was due in it; then what was answered. */
    async wait(ms: number) {
      const until = now + ms;
      for (let left = 1000; left > 0; left--) {
        const next = later.toSorted((a, b) => a.ms - b.ms)[0];
        if (!next || next.ms > until - now) break;
        now += next.ms;
        wall += next.ms;
        later.splice(later.indexOf(next), 1);
        for (const each of later) Object.assign(each, { ms: each.ms - next.ms });
        next.run();
        await settled();
      }
      for (const each of later) Object.assign(each, { ms: each.ms - (until - now) });
      wall += until - now;
      now = until;
      await settled();
    },
    get reconnects() {
      return reconnects;
    },
    paints: () => posted.filter((each): each is Paint => each.kind === 'paint'),
    link: () => posted.filter((each) => each.kind === 'link').at(-1)?.link,
    pass: (ms: number) => {
      now += ms;
      wall += ms;
    },
    /** The machine sleeps: only the wall clock goes on. */
    sleep: (ms: number) => (wall += ms),
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

  it('a hidden page asks for 0 Hz, gives credit for what was applied, and subscribes anew on return', async () => {
    const console = desk();
    console.online();
    console.quotes(1, 100);
    console.client.receive({ kind: 'visible', visible: false });
    await console.wait(400);
    expect(console.subscriptions.at(-1)).toMatchObject({ hz: 0 });
    console.quotes(2, 101);
    expect(console.credits).toEqual([2]);
    console.client.receive({ kind: 'visible', visible: true });
    await console.wait(400);
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
    console.later.pop()?.run();
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
    const command = { type: 'order.cancel-all' } as const;
    console.client.receive({ kind: 'command', id: 3, commandId: 'x' as CommandId, command, lifeMs: 5 });
    await settled();
    expect(console.asked).toEqual([]);
    expect(console.posted.at(-1)).toEqual({ kind: 'reply', id: 3, reply: null });
  });
});

describe('what is watched', () => {
  const ladder = { bids: [{ price: 100, size: 5 }], asks: [{ price: 102, size: 5 }] };

  it('running through the list asks for the last instrument, at a pace that the server takes', async () => {
    const console = desk();
    console.online();
    for (let step = 0; step < 20; step++) {
      console.client.receive({ kind: 'focus', instrument: step % 2 });
      await console.wait(50);
    }
    await console.wait(300);
    expect(console.subscriptions.length).toBeLessThanOrEqual(6);
    expect(console.subscriptions.at(-1)).toMatchObject({ books: [1], trades: [1] });
  });

  it('books of other venues are asked for beside it, their trades are not, and they go with the need', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    console.client.receive({ kind: 'beside', instruments: [0, 1, 99] });
    await console.wait(700);
    // Nobody has listed the last one.
    expect(console.subscriptions.at(-1)).toMatchObject({ books: [0, 1], trades: [0] });
    console.client.receive({ kind: 'beside', instruments: [] });
    await console.wait(400);
    expect(console.subscriptions.at(-1)).toMatchObject({ books: [0], trades: [0] });
    console.frame('heartbeat', 9);
    console.client.receive({ kind: 'drawn', id: console.paints().at(-1)?.id ?? 0 });
    expect(console.paints().flatMap(({ dropped }) => dropped)).toEqual([1]);
  });

  it('a book left behind is dropped from the page, and what is still on its way is not applied', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
    console.book(0, 1, ladder);
    console.client.receive({ kind: 'drawn', id: 1 });
    console.client.receive({ kind: 'focus', instrument: 1 });
    await console.wait(400);
    const before = console.subscriptions.length;
    console.book(1, 2, ladder);
    await console.wait(5000);
    expect(console.paints().at(-1)).toMatchObject({ dropped: [0], books: [] });
    // A delta of what nobody watches is no broken chain.
    expect(console.subscriptions).toHaveLength(before);
  });

  it('is dropped from the page even when it is watched again before the next picture', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
    console.book(0, 1, ladder);
    for (const instrument of [1, 0]) {
      console.client.receive({ kind: 'focus', instrument });
      await console.wait(400);
    }
    console.frame('heartbeat', 9);
    console.client.receive({ kind: 'drawn', id: 1 });
    expect(console.paints().at(-1)).toMatchObject({ dropped: [0, 1], books: [] });
  });

  it('a refused subscription is said, and asked again until it is taken', async () => {
    const console = desk();
    console.answers.subscribe = () => ({ ok: false, sentence: 'Too often.' });
    console.online();
    await console.wait(0);
    expect(console.posted.at(-1)).toEqual({ kind: 'subscription', refusal: 'Too often.' });
    await console.wait(3500);
    expect(console.subscriptions.length).toBeGreaterThan(2);
    console.answers.subscribe = () => ({ ok: true, sentence: '' });
    await console.wait(8000);
    expect(console.posted.filter((each) => each.kind === 'subscription').at(-1)).toEqual({
      kind: 'subscription',
      refusal: null,
    });
    const done = console.subscriptions.length;
    await console.wait(60_000);
    expect(console.subscriptions).toHaveLength(done);
  });

  it('when the second of a pair is refused, the pair is sent again', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
    let taken = 0;
    console.answers.subscribe = () =>
      ++taken === 2 ? { ok: false, sentence: 'No.' } : { ok: true, sentence: '' };
    console.book(4, 5, ladder);
    await console.wait(400);
    const before = console.subscriptions.length;
    await console.wait(2000);
    expect(console.subscriptions.slice(before)).toMatchObject([{ books: [] }, { books: [0] }]);
  });

  it('no answer is a refusal too', async () => {
    const console = desk();
    console.answers.subscribe = () => null;
    console.online();
    await console.wait(2000);
    expect(console.subscriptions.length).toBeGreaterThan(1);
  });
});

describe('a venue whose instruments come later', () => {
  const ladder = { bids: [{ price: 100, size: 5 }], asks: [{ price: 102, size: 5 }] };
  const added = { ...instrument(2), name: 'AAA-USDT', venue: 'other' as VenueId };
  const change = { type: 'instruments', instruments: [added] };

  it('adds to what is there: quotes and books stay, and nothing is subscribed anew', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
    console.quotes(1, 100);
    console.client.receive({ kind: 'drawn', id: 1 });
    console.book(0, 1, ladder);
    const before = console.subscriptions.length;
    console.message({ type: 'change', epoch: 'e1', seq: 8, change });
    // A delta builds on the book of before.
    console.book(1, 2, ladder);
    console.client.receive({ kind: 'drawn', id: 2 });
    console.frame('market', 5, (each) => {
      const rows = writeQuotes(each, 1);
      rows.instrument[0] = 2;
      rows.bid[0] = rows.bidSize[0] = rows.state[0] = 1;
    });
    console.client.receive({ kind: 'drawn', id: 3 });
    await console.wait(1000);
    expect(console.subscriptions).toHaveLength(before);
    expect(console.paints().at(-1)).toMatchObject({ replaceQuotes: false, quotes: [{ instrument: 2 }] });
    expect(console.posted.at(-1)).not.toMatchObject({ kind: 'notice' });
  });

  it('is asked for at once when it was waited for, and named by its venue in the compute worker', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 2 });
    await console.wait(400);
    expect(console.subscriptions.at(-1)).toMatchObject({ books: [] });
    console.message({ type: 'change', epoch: 'e1', seq: 8, change });
    await console.wait(400);
    expect(console.subscriptions.at(-1)).toMatchObject({ books: [2], trades: [2] });
    const names = [instrument(0), instrument(1), added].map(({ name, venue }) => `${name} · ${venue}`);
    expect(console.computed.at(-1)).toEqual({ kind: 'instruments', names, epoch: 'e1' });
  });
});

describe('the ladder', () => {
  it('applies deltas on their base', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
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

  it('a delta on a version that is not here asks for a snapshot and shows nothing of it', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
    const before = console.subscriptions.length;
    console.book(4, 5, { bids: [{ price: 100, size: 5 }], asks: [] });
    expect(console.paints().flatMap((each) => each.books)).toEqual([]);
    await console.wait(400);
    expect(console.subscriptions.slice(before)).toMatchObject([{ books: [] }, { books: [0] }]);
  });

  it('whose chain breaks stays, hatched, until its snapshot; the frame’s other sections count', async () => {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
    const ladder = { bids: [{ price: 100, size: 5 }], asks: [{ price: 102, size: 5 }] };
    console.book(0, 1, ladder);
    console.client.receive({ kind: 'drawn', id: 1 });
    console.frame('market', 2, (each) => {
      writeBook(each, { instrument: 0, base: 8, version: 9, state: 'live', exchangeAt: 1, ...ladder });
      const rows = writeQuotes(each, 1);
      rows.bid[0] = 100;
      rows.bidSize[0] = 1;
      rows.state[0] = 1;
    });
    expect(console.paints().at(-1)).toMatchObject({
      books: [{ state: 'resyncing', bids: [{ price: '1.00' }] }],
      quotes: [{ bid: '1.00' }],
    });
  });
});

describe('clocks', () => {
  it('R-33: beats at the worker’s pace for as long as a press is on its way', () => {
    const console = desk();
    console.client.receive({ kind: 'beats', everyMs: 250 });
    expect(console.beats.ms).toBe(250);
    console.beats.run?.();
    expect(console.posted.at(-1)).toEqual({ kind: 'beat' });
    console.client.receive({ kind: 'beats', everyMs: null });
    expect(console.beats.run).toBeNull();
  });

  it('a command expires by the clock that the offset was measured with', async () => {
    const console = desk();
    let sent: unknown;
    console.answers.ask = (event, question) => {
      if (event === 'command') sent = question;
      return event === 'time' ? 1_700_000_000_000_000 : null;
    };
    console.online();
    await console.wait(0);
    console.pass(700);
    // Somebody sets this machine's clock: the server's did not move.
    console.sleep(-3_600_000);
    const command = { type: 'order.cancel-all' } as const;
    console.client.receive({ kind: 'command', id: 1, commandId: 'c' as CommandId, command, lifeMs: 5000 });
    await console.wait(0);
    expect(sent).toEqual({ id: 'c', expiresAt: 1_700_000_000_000_000 + 5_700_000, command });
  });

  it('a paint says what the server’s clock is, and null before it is known', async () => {
    const console = desk();
    console.answers.ask = (event) => (event === 'time' ? 5_000_000 : null);
    console.online();
    console.frame('heartbeat', 1_000_000);
    await console.wait(0);
    console.client.receive({ kind: 'drawn', id: 1 });
    console.pass(200);
    console.frame('heartbeat', 2_000_000);
    expect(console.paints().map((paint) => paint.serverNow)).toEqual([null, 5_200_000]);
  });

  it('a sleep shows on the wall clock, even where the monotonic one stood', () => {
    const console = desk();
    console.online();
    console.client.second();
    console.sleep(3_600_000);
    console.client.second();
    expect(console.reconnects).toBe(2);
  });
});

describe('a server that cannot be read', () => {
  it('is tried twice at once and then less and less often', async () => {
    const console = desk();
    console.online();
    const tries = (): number => console.reconnects;
    const bad = (): void => {
      console.online();
      console.message({ type: 'surprise' });
    };
    bad();
    bad();
    const at = tries();
    console.message({ type: 'surprise' });
    expect(tries()).toBe(at);
    await console.wait(1000);
    expect(tries()).toBe(at + 1);
    console.message({ type: 'surprise' });
    await console.wait(1900);
    expect(tries()).toBe(at + 1);
    await console.wait(200);
    expect(tries()).toBe(at + 2);
  });
});

describe('questions', () => {
  it('a history that was refused or not answered is asked for again, until it is agreed to', async () => {
    const console = desk();
    console.online();
    const answers = [null, { ok: false, sentence: 'Not yet.' }, { ok: true, sentence: '' }];
    console.answers.ask = (event) => (event === 'history' ? answers.shift() : null);
    const histories = (): number => console.asked.filter((event) => event === 'history').length;
    void console.client.history(513);
    void console.client.history(513);
    await console.wait(0);
    expect(histories()).toBe(1);
    await console.wait(60_000);
    expect(histories()).toBe(3);
  });

  it('trades are asked for one question at a time, and the frame that came with the answer is its own', async () => {
    const console = desk();
    const ticks = () => console.computed.flatMap((each) => (each.kind === 'ticks' ? [each.ticks] : []));
    const query = (instrument: number) => ({ instruments: [instrument] as never[], seconds: 60 });
    void console.client.ticks(query(1));
    await console.wait(0);
    expect(ticks()).toMatchObject([{ ok: false, error: { code: 'not-connected' } }]);
    console.online();
    const frame = (): Uint8Array => new FrameWriter().begin('ticks', 'SIM').finish(1 as Micros);
    const answers = [true, false, null];
    console.answers.ask = (event) => {
      if (event !== 'ticks') return null;
      const agreed = answers.shift();
      if (agreed === true) console.bytes(frame());
      return agreed === null ? null : { ok: agreed, sentence: 'Not now.' };
    };
    for (const instrument of [1, 2, 3]) void console.client.ticks(query(instrument));
    await console.wait(20_000);
    expect(ticks().slice(1)).toMatchObject([
      { ok: true, value: frame() },
      { ok: false, error: { code: 'no-ticks', sentence: 'Not now.' } },
      { ok: false, error: { code: 'no-ticks', sentence: 'No trades came in 10 s.' } },
    ]);
  });

  it('hours that were refused are asked for again; after a long blindness all are', async () => {
    const console = desk();
    let refuse = true;
    const minute = 60_000_000;
    const candles = Array.from({ length: 61 }, (_, at) => [at * minute, 100, 100, 100, 100, 1]);
    console.answers.ask = (event) =>
      event !== 'candles'
        ? null
        : refuse
          ? { ok: false, code: 'x', sentence: 'x' }
          : { ok: true, candles, gaps: [], fault: null };
    const questions = (): number => console.asked.filter((event) => event === 'candles').length;
    console.online();
    await console.wait(1000);
    expect(questions()).toBe(2);
    refuse = false;
    await console.wait(60_000);
    expect(questions()).toBe(4);
    console.client.receive({ kind: 'visible', visible: false });
    await console.wait(30_000);
    console.client.receive({ kind: 'visible', visible: true });
    await console.wait(60_000);
    expect(questions()).toBe(4);
    console.client.receive({ kind: 'visible', visible: false });
    await console.wait(600_000);
    console.client.receive({ kind: 'visible', visible: true });
    await console.wait(60_000);
    expect(questions()).toBe(6);
  });
});

describe('trades', () => {
  async function watching() {
    const console = desk();
    console.online();
    console.client.receive({ kind: 'focus', instrument: 0 });
    await console.wait(400);
    const send = (first: number, ...ids: number[]): void =>
      console.frame('market', 1, (each) => {
        const rows = writeTrades(each, 0, ids.length, 0, first);
        ids.forEach((id, row) => {
          rows.tradeId[row] = id;
          rows.price[row] = 100;
          rows.size[row] = 1;
        });
      });
    /** What was drawn of each paint, in order. */
    const drawn = () => {
      console.client.receive({ kind: 'drawn', id: console.paints().at(-1)?.id ?? 0 });
      return console.paints().flatMap(({ trades }) => trades);
    };
    return { console, send, drawn };
  }

  it('sent twice are shown once, by the server’s own number', async () => {
    const { send, drawn } = await watching();
    send(0, 1, 2);
    drawn();
    send(1, 2, 3);
    expect(drawn()).toMatchObject([
      { replace: true, trades: [{ id: 1 }, { id: 2 }] },
      { replace: false, trades: [{ id: 3, number: 2 }], skipped: 0 },
    ]);
  });

  it('of a venue whose ids are in no order, or start again, are all shown', async () => {
    const { send, drawn } = await watching();
    send(7, 900, 3, 512);
    drawn();
    send(10, 44, 44);
    drawn();
    // The ring sent whole again, with one more.
    send(7, 900, 3, 512, 44, 44, 1);
    expect(drawn().map(({ replace, trades }) => [replace, trades.map(({ id }) => id)])).toEqual([
      [true, [900, 3, 512]],
      [false, [44, 44]],
      [false, [1]],
    ]);
  });

  it('that did not come are counted exactly, over a connection that was lost too', async () => {
    const { console, send, drawn } = await watching();
    send(5, 1);
    drawn();
    console.disconnect();
    console.online();
    await console.wait(400);
    send(9, 2);
    expect(drawn()).toMatchObject([
      { replace: true, skipped: 0 },
      { replace: false, skipped: 3, trades: [{ number: 9 }] },
    ]);
  });

  it('go on where the count wraps', async () => {
    const { send, drawn } = await watching();
    send(2 ** 32 - 1, 1);
    drawn();
    send(2 ** 32 - 1, 1, 2);
    expect(drawn()[1]).toMatchObject({ skipped: 0, trades: [{ id: 2, number: 0 }] });
  });
});
