import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame, FRAME_KIND } from '../../protocol/frame.ts';
import { readTicks } from '../../protocol/ticks.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { HistoryAsked, RelayToFeeds } from '../feeds/port.ts';
import { historyFrame, historyIn } from './testing/bar-frames.ts';
import { Harness, type HarnessOptions, type TestConsole, type Wanted } from './testing/harness.ts';

type TicksAsked = Extract<RelayToFeeds, { kind: 'ticks' }>;

let harness: Harness;
afterEach(() => harness.stop());

async function joined(options?: HarnessOptions): Promise<TestConsole> {
  harness = await new Harness(options).start();
  return harness.join();
}
const ask = (console: TestConsole, event: string, ...args: unknown[]): Promise<unknown> =>
  console.socket.timeout(5000).emitWithAck(event, ...args) as Promise<unknown>;

const press = {
  id: 'command-1',
  expiresAt: 1,
  command: { type: 'halt.press', haltId: 'halt-0001', reason: 'test' },
};
type Command = Extract<Harness['control']['sent'][number], { kind: 'command' }>;

describe('a command', () => {
  it('goes to the control thread as it came, with cookie and address, and its reply comes back', async () => {
    const console = await joined();
    const reply = ask(console, 'command', press);
    const sent = await harness.control.next<Command>('command');
    expect(sent).toMatchObject({ cookie: 'cwts_session=ada', envelope: press });
    expect(sent.address).toMatch(/127\.0\.0\.1$/);
    const done = { ok: true, sentence: 'Closed.', at: 5, orderId: null } as never;
    harness.answer(sent.id, done);
    expect(await reply).toEqual(done);
  });

  it('that the control thread does not answer is answered after its time: not known', async () => {
    const console = await joined();
    const reply = ask(console, 'command', press);
    const { id } = await harness.control.next<Command>('command');
    harness.clock.advance(5000);
    expect(await reply).toMatchObject({ ok: false, code: 'no-answer' });
    // The late answer belongs to nobody any more.
    harness.answer(id, { ok: false, code: 'late', sentence: '', rule: null });
    await console.settle();
    expect(console.socket.connected).toBe(true);
  });

  it.each([
    ['no envelope', null],
    ['another type', { ...press, command: { type: 'halt.everything' } }],
    ['more than was asked for', { ...press, extra: 1 }],
    [
      'a code that is no code',
      { ...press, command: { type: 'halt.cancel-all', haltId: 'halt-0001', factor: {} } },
    ],
  ])('with %s is refused here', async (_, envelope) => {
    const console = await joined();
    expect(await ask(console, 'command', envelope)).toMatchObject({ ok: false, code: 'bad-command' });
    expect(harness.control.sent.some(({ kind }) => kind === 'command')).toBe(false);
  });

  it('waits with at most 16 others, and a flood is refused with a sentence', async () => {
    const console = await joined({ limits: { commandsInFlight: 2, command: { perSecond: 1, burst: 4 } } });
    const waiting = [ask(console, 'command', press), ask(console, 'command', press)];
    const third = await ask(console, 'command', press);
    expect(third).toMatchObject({ ok: false, code: 'too-many' });
    await ask(console, 'command', press);
    expect(await ask(console, 'command', press)).toMatchObject({
      sentence: expect.stringContaining('too often') as string,
    });
    harness.clock.advance(5000);
    await Promise.all(waiting);
    expect(console.socket.connected).toBe(true);
  });
});

describe('candles and history', () => {
  it('are asked of the feeds; a history comes as a frame before its answer', async () => {
    const console = await joined();
    const query = { instrument: 1, interval: '1m', limit: 3 };
    const candles = ask(console, 'candles', query);
    const asked = await harness.feeds.next<{ kind: 'candles'; id: number; query: never }>('candles');
    expect(asked.query).toEqual(query);
    harness.feeds.deliver({
      kind: 'candles',
      id: asked.id,
      reply: { ok: true, candles: [], gaps: [], fault: null },
    });
    expect(await candles).toEqual({ ok: true, candles: [], gaps: [], fault: null });

    const history = ask(console, 'history', 512);
    const wanted = await harness.feeds.next<HistoryAsked>('history');
    expect(wanted.bars).toBe(512);
    harness.feeds.deliver({
      kind: 'history',
      id: wanted.id,
      parts: [{ first: 0, bytes: historyFrame(2, 3) }],
    });
    expect(await history).toEqual({ ok: true, sentence: '' });
    expect(console.frames.map((bytes) => historyIn(bytes))).toMatchObject([{ bars: 3, newest: 3 }]);
  });

  it('a history may be of longer bars', async () => {
    const console = await joined();
    const minutes = ask(console, 'history', { horizon: '1m', bars: 4 });
    const longer = await harness.feeds.next<HistoryAsked>('history');
    expect(longer).toMatchObject({ bars: 4, horizon: '1m' });
    const bytes = historyFrame(2, 4, 1000, 100, 60_000_000);
    harness.feeds.deliver({ kind: 'history', id: longer.id, parts: [{ first: 0, bytes }] });
    expect(await minutes).toEqual({ ok: true, sentence: '' });
    expect(historyIn(console.frames.at(-1) ?? bytes)).toMatchObject({
      ...{ span: 60_000_000, bars: 4, newest: 1000, firstOpenAt: 997 * 60_000_000 },
    });
  });

  it('trades are asked of the feeds and come as a frame before their answer', async () => {
    const console = await joined();
    const query = { instruments: [1, 3], seconds: 300 };
    const reply = ask(console, 'ticks', query);
    const asked = await harness.feeds.next<TicksAsked>('ticks');
    expect(asked.query).toEqual(query);
    const span = { clock: 0, since: 10, until: 90, offsetMs: 1.5, uncertaintyMs: 0.5 };
    harness.feeds.deliver({
      kind: 'ticks',
      id: asked.id,
      ticks: [{ instrument: 3, ...span, at: Float64Array.of(20, 30), price: Float64Array.of(7, 8) }],
    });
    expect(await reply).toEqual({ ok: true, sentence: '' });
    const frame = decodeFrame(console.frames.at(-1) ?? new Uint8Array(0));
    if (!frame.ok) throw new Error(frame.error.sentence);
    expect(frame.value.kind).toBe('ticks');
    const [ticks] = frame.value.sections.map((section) => readTicks(section));
    if (!ticks?.ok) throw new Error('no ticks');
    expect(ticks.value).toMatchObject({ instrument: 3, ...span });
    expect([...ticks.value.rows.at, ...ticks.value.rows.price]).toEqual([20, 30, 7, 8]);
  });

  it.each([
    [{ instruments: [], seconds: 60 }, /1 to 12 instruments/],
    [{ instruments: Array.from({ length: 13 }, (_, at) => at), seconds: 60 }, /1 to 12 instruments/],
    [{ instruments: [0], seconds: 901 }, /1 to 900 seconds/],
    [{ instruments: [0.5], seconds: 60 }, /1 to 12 instruments/],
    [{ instruments: [4], seconds: 60 }, /There is no instrument 4/],
    ['all', /1 to 12 instruments/],
  ])('trades of %j are refused with a sentence', async (query, sentence) => {
    const console = await joined();
    expect(await ask(console, 'ticks', query)).toEqual({
      ok: false,
      sentence: expect.stringMatching(sentence) as string,
    });
    expect(harness.feeds.sent.some(({ kind }) => kind === 'ticks')).toBe(false);
  });

  it('trades asked for too often are refused, and those that no feed tells are said to be', async () => {
    const console = await joined({ limits: { ticks: { perSecond: 0.001, burst: 1 } } });
    const query = { instruments: [0], seconds: 60 };
    const silent = ask(console, 'ticks', query);
    await harness.feeds.next('ticks');
    expect(await ask(console, 'ticks', query)).toMatchObject({
      sentence: expect.stringContaining('too often') as string,
    });
    harness.clock.advance(5000);
    expect(await silent).toMatchObject({ ok: false, sentence: 'The feeds did not answer in time.' });
    expect(console.frames.every((bytes) => bytes[1] !== FRAME_KIND.ticks)).toBe(true);
  });

  it.each([0, 3601, 1.5, 'x', { horizon: '1d', bars: 5 }, { horizon: '1m', bars: 1026 }, { bars: 5 }])(
    'a history of %j is refused',
    async (query) => {
      const console = await joined();
      expect(await ask(console, 'history', query)).toMatchObject({ ok: false });
    },
  );

  it('silent feeds are said to be silent', async () => {
    const console = await joined();
    const candles = ask(console, 'candles', { instrument: 0, interval: '1s', limit: 1 });
    const history = ask(console, 'history', 1);
    await harness.feeds.next('history');
    harness.clock.advance(5000);
    expect(await candles).toMatchObject({ ok: false, code: 'no-answer' });
    expect(await history).toMatchObject({ ok: false });
  });

  it.each([
    ['candles', { instrument: -1, interval: '1m', limit: 3 }],
    ['candles', { instrument: 0, interval: '2h', limit: 3 }],
    ['candles', { instrument: 0, interval: '1m', limit: 1e9 }],
    ['history', 0],
    ['history', 1e9],
    ['history', 'all'],
  ])('%s of %j is refused', async (event, query) => {
    const console = await joined();
    expect(await ask(console, event, query)).toMatchObject({ ok: false });
    expect(harness.feeds.sent).toEqual([]);
  });
});

describe('a subscription', () => {
  it.each([
    ['an instrument that is not there', { quotes: [4] }],
    ['too many books', { books: Array.from({ length: 17 }, () => 0) }],
    ['a rate of its own', { hz: 1000 }],
    ['NaN for an instrument', { books: [NaN] }],
    ['a channel that is not there', { dark: true }],
  ])('of %s is refused with a sentence', async (_, wanted) => {
    const console = await joined();
    const reply = await console.subscribe(wanted as Wanted);
    expect(reply.ok).toBe(false);
    expect(reply.sentence).toMatch(/\.$/);
  });

  it('changed in a storm is refused, not the connection', async () => {
    const console = await joined({ limits: { subscribe: { perSecond: 1, burst: 2 } } });
    expect((await console.subscribe({})).ok).toBe(true);
    expect((await console.subscribe({})).ok).toBe(true);
    expect((await console.subscribe({})).ok).toBe(false);
    expect(console.socket.connected).toBe(true);
  });
});

describe('what no console of ours sends ends its connection only', () => {
  it.each([
    ['an event of another name', 'shutdown', [1]],
    ['a name of Object’s', 'constructor', [1]],
    ['a command without acknowledgement', 'command', [press]],
    ['an acknowledgement that is no number', 'applied', ['4']],
    ['nothing', 'applied', []],
  ])('%s', async (_, event, args) => {
    const console = await joined();
    const other = await harness.join();
    console.socket.emit(event, ...args);
    await console.until(() => console.closed !== null);
    await other.settle();
    expect(other.socket.connected).toBe(true);
  });

  it('a flood of events', async () => {
    const console = await joined({ limits: { events: { perSecond: 1, burst: 50 } } });
    for (let i = 0; i < 60; i++) console.socket.emit('applied', 0);
    await console.until(() => console.closed !== null);
  });

  it.each([
    ['text over 64 KiB', `42["applied",${' '.repeat(70_000)}0]`],
    ['a broken packet', '42["applied"'],
    ['bytes', Buffer.alloc(16)],
    ['another namespace', '40/admin,'],
    ['a ping of engine.io, which servers send', '2'],
    ['JSON nested 10,000 deep', `42["command",${'['.repeat(10_000)}${']'.repeat(10_000)}]`],
  ])('%s', async (_, message) => {
    const other = await joined();
    const raw = new WebSocket(`ws://127.0.0.1:${harness.port}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        host: `localhost:${harness.port}`,
        origin: `http://localhost:${harness.port}`,
        cookie: 'cwts_session=ada',
      },
    });
    await once(raw, 'message');
    raw.send(`40{"protocol":${PROTOCOL_VERSION},"client":"raw"}`);
    await once(raw, 'message');
    raw.send(message);
    await once(raw, 'close');
    await other.settle();
    expect(other.socket.connected).toBe(true);
  });
});
