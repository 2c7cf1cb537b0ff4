import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBars } from '../../protocol/bars.ts';
import { decodeFrame } from '../../protocol/frame.ts';
import type { Micros } from '../../protocol/units.ts';
import { SystemClock } from '../clock.ts';
import { createMarketTable, emptyTrades, MarketTableReader } from './table.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { Entries, FAULTY, ThreadsRig } from './testing/threads-rig.ts';

const entries = new Entries();
afterAll(() => entries.remove());
let venue: FakeVenue | null = null;
let rig: ThreadsRig | null = null;
afterEach(async () => {
  await rig?.feeds.stop();
  await venue?.kill();
  rig = venue = null;
});

describe('a feeds thread', () => {
  let entry: URL;
  beforeAll(async () => {
    entry = await entries.real();
  });

  it('writes the table, answers the relay, and leaves stale values behind when stopped', async () => {
    venue = await new FakeVenue().start();
    const { restUrl, wsUrl } = venue;
    const it = (rig = new ThreadsRig(entry, new SystemClock(), [{ restUrl, wsUrl }]));
    await it.until('live', () => it.views.at(-1)?.state === 'live');
    expect(it.listed).toHaveLength(1);
    expect(it.quote()).toMatchObject({ bid: 9950, ask: 10050, state: 'live' });
    venue.send('{"rubbish"');
    it.ask({ kind: 'history', id: 1, bars: 8, horizon: '1s' });
    it.candles(0, 2);
    const kinds = (): Set<string> => new Set(it.relayed.map(({ kind }) => kind));
    await it.until('answers and a bar', () =>
      ['bars', 'candles', 'history'].every((kind) => kinds().has(kind)),
    );
    expect(it.relayed).toEqual(
      expect.arrayContaining([
        { kind: 'candles', id: 2, reply: { ok: true, candles: [], gaps: [], fault: null } },
        { kind: 'history', id: 1, parts: [{ first: 0, bytes: expect.any(Uint8Array) as Uint8Array }] },
      ]),
    );
    await it.until('the rubbish', () => it.quarantined.length === 1);
    await it.feeds.stop();
    expect(it.quote().state).toBe('stale');
  });

  it('says in one sentence that a capture cannot be used, and does not try again', async () => {
    writeFileSync(entries.path('bad.jsonl'), 'hello\n');
    const it = (rig = new ThreadsRig(entry, new SystemClock(), [{ file: entries.path('bad.jsonl') }]));
    await it.until('fatal', () => it.fatal.length > 0);
    expect(it.fatal[0]?.sentence).toMatch(
      /bad\.jsonl, line 1: neither "<nanoseconds> <JSON>" nor a JSON record\.$/,
    );
    expect(it.view('test')).toMatchObject({ state: 'down', sentence: it.fatal[0]?.sentence });
    expect(it.feeds.restarts).toBe(0);
  });

  it('replays as it is driven: back in time nothing of the later time is left, and the relay hears it in order', async () => {
    const start = 1_723_161_253_000;
    const lines = Array.from({ length: 20 }, (_, second) => {
      const T = start + second * 1000;
      const data = {
        e: 'trade',
        E: T,
        s: 'XYZUSDT',
        t: second + 1,
        p: '9.96',
        q: '0.50',
        T,
        m: false,
        M: true,
      };
      return `${T}000000 ${JSON.stringify({ stream: 'xyzusdt@trade', data })}`;
    });
    writeFileSync(entries.path('twenty.jsonl'), `${lines.join('\n')}\n`);
    const it = (rig = new ThreadsRig(entry, new SystemClock(), [{ file: entries.path('twenty.jsonl') }]));
    const reader = new MarketTableReader(it.tables[0] ?? createMarketTable(1));
    const trades = (): number[] => {
      const rows = emptyTrades();
      reader.readTrades(0, 0, rows);
      return [...rows.tradeId.subarray(0, rows.rows)];
    };
    await it.until('twelve trades', () => trades().length >= 12);
    expect(it.feeds.drive({ type: 'replay.pause' })).toBe(true);
    await it.until('paused', () => it.replays.at(-1)?.paused === true);
    it.feeds.drive({ type: 'replay.seek', to: ((start + 3500) * 1000) as Micros });
    await it.until('there', () => it.replays.at(-1)?.position === (start + 3500) * 1000);
    await it.until('the trades up to there', () => trades().length === 4);
    expect(trades()).toEqual([1, 2, 3, 4]);
    expect(it.replays.at(-1)).toMatchObject({ generation: 1, paused: true, phase: 'playing' });
    expect(it.listed).toHaveLength(1);
    const kinds = it.relayed.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'begun-anew')).toHaveLength(1);
    const opens = it.relayed.slice(kinds.indexOf('begun-anew')).flatMap((message) => {
      const frame = message.kind === 'bars' ? decodeFrame(message.bytes) : null;
      const bars = frame?.ok && frame.value.sections[0] ? readBars(frame.value.sections[0]) : null;
      return bars?.ok ? [bars.value.openAt] : [];
    });
    expect(Math.max(0, ...opens)).toBeLessThan((start + 3500) * 1000);
  });

  it('of two venues: the one that nobody speaks is down by name, the other is live', async () => {
    venue = await new FakeVenue().start();
    const { restUrl, wsUrl } = venue;
    const other = { id: 'odd' as never, dialect: 'morse' };
    const it = (rig = new ThreadsRig(entry, new SystemClock(), [other, { restUrl, wsUrl }], 1));
    await it.until('live', () => it.view('test')?.state === 'live');
    expect(it.fatal).toMatchObject([{ venue: 'odd' }]);
    expect(it.fatal[0]?.sentence).toMatch(
      /^No feed speaks "morse"; those that are there speak .*binance-spot/,
    );
    expect(it.view('odd')?.state).toBe('down');
    expect(it.quote(1).state).toBe('live');
  });
});

describe('a feeds thread that fails', () => {
  let faulty: URL;
  beforeAll(() => {
    faulty = entries.write('faulty.mjs', FAULTY);
  });
  const start = async (clock: ManualClock): Promise<ThreadsRig> => {
    const it = (rig = new ThreadsRig(faulty, clock, [{}]));
    await it.until('started', () => it.listed.length === 1);
    return it;
  };

  it('dies: nothing looks live, the view says why, the relay is answered, and it is started again', async () => {
    const clock = new ManualClock();
    const it = await start(clock);
    it.write();
    it.candles(0, 1);
    await it.until('dead', () => it.views.at(-1)?.state === 'down');
    expect(it.views.at(-1)?.sentence).toBe('The feeds thread failed: a bug. It is started again.');
    expect(it.quote()).toMatchObject({ bid: 7, state: 'stale' });
    it.ask({ kind: 'history', id: 2, bars: 5, horizon: '1s' });
    await it.until('answers all the same', () => it.relayed.length === 2);
    expect(it.relayed).toMatchObject([
      { kind: 'candles', id: 1, reply: { ok: false, code: 'no-answer' } },
      { kind: 'history', id: 2, parts: [] },
    ]);
    clock.advance(1000);
    it.candles(0, 3);
    await it.until('it lived, and died again', () => it.feeds.restarts === 2);
    // The list of the first life is kept: an index never changes its meaning.
    expect(it.listed).toHaveLength(1);
  });

  it('hangs for 10 s: it is ended, and started again', async () => {
    const clock = new ManualClock();
    const it = await start(clock);
    it.ask({ kind: 'history', id: 1, bars: 5, horizon: '1s' });
    clock.advance(9000);
    expect(it.feeds.restarts).toBe(0);
    // Whoever asked was not kept waiting for it.
    await it.until('an answer', () => it.relayed.length === 1);
    clock.advance(1500);
    await it.until('ended', () => it.feeds.restarts === 1);
    expect(it.views.at(-1)).toMatchObject({
      state: 'down',
      sentence: 'The feeds thread hung and was ended. It is started again.',
    });
    clock.advance(1000);
    // The new life answers to what it is told: it can die of a bug.
    it.candles(0, 2);
    await it.until('it lived', () => it.feeds.restarts === 2);
    expect(it.views.at(-1)?.sentence).toBe('The feeds thread failed: a bug. It is started again.');
  });

  it('waits longer after each death, and after a good life as after the first', async () => {
    const clock = new ManualClock();
    const it = await start(clock);
    const die = async (): Promise<void> => {
      const { restarts } = it.feeds;
      it.candles(0, 1);
      await it.until('dead', () => it.feeds.restarts === restarts + 1);
      await it.until('answered', () => it.relayed.length > 0);
      it.relayed.splice(0);
    };
    /** Whether the thread is not there `ms` after now: a question is answered and nothing dies of it. */
    const isDeadAfter = async (ms: number): Promise<boolean> => {
      clock.advance(ms);
      const { restarts } = it.feeds;
      it.candles(0, 9);
      await it.until('an answer', () => it.relayed.length > 0);
      it.relayed.splice(0);
      return it.feeds.restarts === restarts;
    };
    await die(); // waits 125 ms
    expect(await isDeadAfter(124)).toBe(true);
    expect(await isDeadAfter(1)).toBe(false); // died of the question: waits 250 ms
    expect(await isDeadAfter(249)).toBe(true);
    expect(await isDeadAfter(1)).toBe(false); // waits 500 ms
    clock.advance(500);
    for (let second = 0; second <= 60; second++) {
      it.writer().beat();
      clock.advance(1000);
    }
    await die(); // 125 ms again
    expect(await isDeadAfter(124)).toBe(true);
    expect(await isDeadAfter(1)).toBe(false);
  });

  it('hangs: within 2 s nothing looks live any more', async () => {
    const clock = new ManualClock();
    const it = await start(clock);
    it.write();
    it.ask({ kind: 'history', id: 1, bars: 5, horizon: '1s' });
    clock.advance(1500);
    expect(it.quote().state).toBe('live');
    clock.advance(1500);
    expect(it.quote().state).toBe('stale');
    expect(it.views.at(-1)).toMatchObject({
      state: 'down',
      sentence: 'The feeds thread has not moved for 2 s.',
    });
    // It moves again: its values are as good as it says.
    it.writer().beat();
    clock.advance(500);
    expect(it.quote().state).toBe('live');
    const stopped = it.feeds.stop();
    clock.advance(5000);
    await stopped;
    rig = null;
  });
});
