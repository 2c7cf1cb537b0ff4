import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import { SystemClock, type Clock } from '../clock.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { FeedsThread } from './feeds-thread.ts';
import type { FeedsToRelay, FeedVenue, RelayToFeeds } from './port.ts';
import { MarketTableReader, MarketTableWriter, createMarketTable, emptyQuote } from './table.ts';
import { bundle } from './testing/bundle.ts';
import { FakeVenue } from './testing/fake-venue.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-feeds-thread-'));
afterAll(() => rmSync(folder, { recursive: true }));
let venue: FakeVenue | null = null;
let rig: ThreadRig | null = null;
afterEach(async () => {
  await rig?.thread.stop();
  await venue?.kill();
  rig = venue = null;
});

/** A feeds thread with all that it says kept. */
class ThreadRig {
  readonly table = createMarketTable(8);
  readonly reader = new MarketTableReader(this.table);
  readonly views: FeedView[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly relayed: FeedsToRelay[] = [];
  instruments: readonly Instrument[][] = [];
  fatal: string | null = null;
  readonly thread: FeedsThread;
  readonly port: MessagePort;

  constructor(entry: string, clock: Clock, changes: Partial<FeedVenue> = {}, file?: string) {
    this.thread = new FeedsThread(
      {
        entry: pathToFileURL(join(folder, entry)),
        table: this.table,
        venue: {
          id: 'test',
          name: 'Test',
          restUrl: venue?.restUrl ?? '',
          wsUrl: venue?.wsUrl ?? '',
          symbols: 'all',
          origin: 'SIM',
          ...changes,
        },
        replay: file === undefined ? null : { file, speed: 10 },
        clockShiftMicros: 0,
        clock,
        random: () => 0,
      },
      {
        onInstruments: (instruments) => {
          this.instruments = [...this.instruments, [...instruments]];
        },
        onFeedView: (view) => this.views.push(view),
        onQuarantined: (message) => this.quarantined.push(message),
        onFatal: (_code, sentence) => {
          this.fatal = sentence;
        },
      },
    );
    this.port = this.thread.relayPort;
    this.port.on('message', (message: FeedsToRelay) => this.relayed.push(message));
    this.thread.start();
  }

  ask(question: RelayToFeeds): void {
    this.port.postMessage(question);
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += 10) {
      if (waited > 15_000) throw new Error(`${what}: not within 15 s; ${JSON.stringify(this.views.at(-1))}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe('the feeds thread', () => {
  beforeAll(async () => {
    const code = await bundle(new URL('./thread.ts', import.meta.url), 'esm');
    writeFileSync(join(folder, 'feeds-thread.mjs'), code);
  });

  it('writes the table, answers the relay, and leaves stale values behind when stopped', async () => {
    venue = await new FakeVenue().start();
    const it = (rig = new ThreadRig('feeds-thread.mjs', new SystemClock()));
    await it.until('live', () => it.views.at(-1)?.state === 'live');
    expect(it.instruments).toHaveLength(1);
    const quote = emptyQuote();
    expect(it.reader.readQuote(0, quote)).toBe(true);
    expect(quote).toMatchObject({ bid: 9950, ask: 10050, state: 'live' });
    venue.send('{"rubbish"');
    it.ask({ kind: 'history', id: 1, bars: 8 });
    it.ask({ kind: 'candles', id: 2, query: { instrument: 0 as never, interval: '1m', limit: 5 } });
    await it.until('answers and a bar', () => new Set(it.relayed.map(({ kind }) => kind)).size === 3);
    expect(it.relayed).toEqual(
      expect.arrayContaining([
        { kind: 'candles', id: 2, reply: { ok: true, candles: [] } },
        { kind: 'history', id: 1, bytes: expect.any(Uint8Array) as Uint8Array, sentence: '' },
      ]),
    );
    await it.until('the rubbish', () => it.quarantined.length === 1);
    await it.thread.stop();
    it.reader.readQuote(0, quote);
    expect(quote.state).toBe('stale');
  });

  it('says in one sentence that a capture cannot be used, and does not try again', async () => {
    writeFileSync(join(folder, 'bad.jsonl'), 'hello\n');
    const it = (rig = new ThreadRig('feeds-thread.mjs', new SystemClock(), {}, join(folder, 'bad.jsonl')));
    await it.until('fatal', () => it.fatal !== null);
    expect(it.fatal).toMatch(/bad\.jsonl, line 1: neither "<nanoseconds> <JSON>" nor a JSON record\.$/);
    expect(it.thread.restarts).toBe(0);
  });
});

// A thread that dies or hangs when it is told to: what a bug in a feed would do.
const faulty = `
  import { parentPort, workerData } from 'node:worker_threads';
  parentPort.postMessage({ kind: 'instruments', instruments: workerData.instruments ?? [{ symbol: 'AAAUSDT' }] });
  parentPort.on('message', (message) => {
    if (message.kind === 'stop') parentPort.postMessage({ kind: 'stopped' });
    else if (message.message.kind === 'candles') throw new Error('a bug');
    else for (;;);
  });`;

describe('a feeds thread that fails', () => {
  beforeAll(() => writeFileSync(join(folder, 'faulty.mjs'), faulty));

  it('dies: nothing looks live, the view says why, the relay is answered, and it is started again', async () => {
    const clock = new ManualClock();
    const it = (rig = new ThreadRig('faulty.mjs', clock));
    await it.until('started', () => it.instruments.length === 1);
    new MarketTableWriter(it.table).writeQuote(0, { ...emptyQuote(), bid: 7, state: 'live' });
    it.ask({ kind: 'candles', id: 1, query: { instrument: 0 as never, interval: '1m', limit: 5 } });
    await it.until('dead', () => it.views.at(-1)?.state === 'down');
    expect(it.views.at(-1)?.sentence).toBe('The feeds thread failed: a bug. It is started again.');
    const quote = emptyQuote();
    expect(it.reader.readQuote(0, quote)).toBe(true);
    expect(quote).toMatchObject({ bid: 7, state: 'stale' });
    it.ask({ kind: 'history', id: 2, bars: 5 });
    await it.until('an answer all the same', () => it.relayed.length === 1);
    expect(it.relayed[0]).toMatchObject({ kind: 'history', id: 2, bytes: null });
    clock.advance(1000);
    it.ask({ kind: 'candles', id: 3, query: { instrument: 0 as never, interval: '1m', limit: 5 } });
    await it.until('it lived, and died again', () => it.thread.restarts === 2);
    // The list of the first life is kept: an index never changes its meaning.
    expect(it.instruments).toHaveLength(1);
  });

  it('hangs for 10 s: it is ended, and started again', async () => {
    const clock = new ManualClock();
    const it = (rig = new ThreadRig('faulty.mjs', clock));
    await it.until('started', () => it.instruments.length === 1);
    it.ask({ kind: 'history', id: 1, bars: 5 });
    clock.advance(9000);
    expect(it.thread.restarts).toBe(0);
    clock.advance(1500);
    await it.until('ended', () => it.thread.restarts === 1);
    expect(it.views.at(-1)).toMatchObject({
      state: 'down',
      sentence: 'The feeds thread hung and was ended. It is started again.',
    });
    clock.advance(1000);
    // The new life answers to what it is told: it can die of a bug.
    it.ask({ kind: 'candles', id: 2, query: { instrument: 0 as never, interval: '1m', limit: 5 } });
    await it.until('it lived', () => it.thread.restarts === 2);
    expect(it.views.at(-1)?.sentence).toBe('The feeds thread failed: a bug. It is started again.');
  });

  it('waits longer after each death, and after a good life as after the first', async () => {
    const clock = new ManualClock();
    const writer = (it: ThreadRig): MarketTableWriter => new MarketTableWriter(it.table);
    const it = (rig = new ThreadRig('faulty.mjs', clock));
    await it.until('started', () => it.instruments.length === 1);
    const die = async (): Promise<void> => {
      const { restarts } = it.thread;
      it.ask({ kind: 'candles', id: 1, query: { instrument: 0 as never, interval: '1m', limit: 5 } });
      await it.until('dead', () => it.thread.restarts === restarts + 1);
    };
    /** Whether the relay is told that the thread is not there, `ms` after now. */
    const isDeadAfter = async (ms: number): Promise<boolean> => {
      clock.advance(ms);
      const answers = it.relayed.length;
      const { restarts } = it.thread;
      it.ask({ kind: 'candles', id: 9, query: { instrument: 0 as never, interval: '1m', limit: 5 } });
      await it.until(
        'an answer or a death',
        () => it.relayed.length > answers || it.thread.restarts > restarts,
      );
      return it.relayed.length > answers;
    };
    await die(); // waits 125 ms
    expect(await isDeadAfter(124)).toBe(true);
    expect(await isDeadAfter(1)).toBe(false); // died of the question: waits 250 ms
    expect(await isDeadAfter(249)).toBe(true);
    expect(await isDeadAfter(1)).toBe(false); // waits 500 ms
    clock.advance(500);
    for (let second = 0; second <= 60; second++) {
      writer(it).beat();
      clock.advance(1000);
    }
    await die(); // 125 ms again
    expect(await isDeadAfter(124)).toBe(true);
    expect(await isDeadAfter(1)).toBe(false);
  });

  it('hangs: within 2 s nothing looks live any more', async () => {
    const clock = new ManualClock();
    const it = (rig = new ThreadRig('faulty.mjs', clock));
    await it.until('started', () => it.instruments.length === 1);
    const writer = new MarketTableWriter(it.table);
    writer.writeQuote(0, { ...emptyQuote(), bid: 7, state: 'live' });
    it.ask({ kind: 'history', id: 1, bars: 5 });
    clock.advance(1500);
    const quote = emptyQuote();
    it.reader.readQuote(0, quote);
    expect(quote.state).toBe('live');
    clock.advance(1500);
    it.reader.readQuote(0, quote);
    expect(quote.state).toBe('stale');
    expect(it.views.at(-1)).toMatchObject({
      state: 'down',
      sentence: 'The feeds thread has not moved for 2 s.',
    });
    // It moves again: its values are as good as it says.
    writer.beat();
    clock.advance(500);
    it.reader.readQuote(0, quote);
    expect(quote.state).toBe('live');
    const stopped = it.thread.stop();
    clock.advance(5000);
    await stopped;
    rig = null;
  });
});
