import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VenueId } from '../../protocol/units.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { Entries, FAULTY, ThreadsRig, type RigFeed } from './testing/threads-rig.ts';

const entries = new Entries();
afterAll(() => entries.remove());
let faulty: URL;
beforeAll(() => {
  faulty = entries.write('faulty.mjs', FAULTY);
});
let rig: ThreadsRig | null = null;
afterEach(async () => {
  await rig?.feeds.stop();
  rig = null;
});

const feed = (id: string): RigFeed => ({ id: id as VenueId, name: id.toUpperCase() });
async function start(clock: ManualClock, ids: readonly string[], threads?: number): Promise<ThreadsRig> {
  const it = (rig = new ThreadsRig(faulty, clock, ids.map(feed), threads));
  await it.until('all listed', () => it.listed.length + it.fatal.length === ids.length);
  return it;
}

describe('the feeds of several venues', () => {
  it('stand in one list: each venue has the next free indexes, once', async () => {
    const it = await start(new ManualClock(), ['three', 'one', 'two'], 2);
    const all = it.listed.flatMap(({ instruments }) => instruments);
    expect(all.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    for (const { venue, instruments } of it.listed) {
      expect(instruments.map((each) => each.venue)).toEqual(instruments.map(() => venue));
      expect(instruments.map(({ symbol }) => symbol)).toEqual(instruments.map((_each, at) => `S${at}`));
    }
  });

  it('a thread that dies takes only its own venues stale, and is started again with their lists', async () => {
    const clock = new ManualClock();
    const it = await start(clock, ['a', 'b', 'c'], 2);
    for (const at of [0, 1, 2]) it.write(at);
    const indexOf = (venue: string): number =>
      it.listed.flatMap(({ instruments }) => instruments).find((each) => each.venue === venue)?.index ?? -1;
    // a and c share the first thread; the question reaches it by the instrument's venue.
    it.candles(indexOf('c'), 1);
    await it.until('dead', () => it.view('a')?.state === 'down' && it.view('c')?.state === 'down');
    expect([0, 1, 2].map((at) => it.quote(at).state)).toEqual(['stale', 'live', 'stale']);
    expect(it.view('b')).toBeUndefined();
    clock.advance(1000);
    it.candles(indexOf('a'), 2);
    await it.until('it lived, and died again', () => it.feeds.restarts === 2);
    expect(it.listed).toHaveLength(3);
    expect(it.view('b')).toBeUndefined();
  });

  it('a venue that does not fit any more is refused by name; the others go on', async () => {
    const it = await start(new ManualClock(), ['one', 'many'], 1);
    expect(it.listed.map(({ venue }) => venue)).toEqual(['one']);
    const sentence = 'MANY lists 4096 instruments, and only 4095 of 4096 are left: name fewer symbols.';
    expect(it.fatal).toEqual([{ venue: 'many', sentence }]);
    expect(it.view('many')).toMatchObject({ state: 'down', sentence });
  });

  it('trades are asked of each venue, and told with the indexes and the clock of the list of all', async () => {
    const clock = new ManualClock();
    const it = await start(clock, ['three', 'one'], 2);
    const first = it.listed.find(({ venue }) => venue === ('three' as VenueId))?.instruments[0]?.index ?? -1;
    const alone = it.listed.find(({ venue }) => venue === ('one' as VenueId))?.instruments[0]?.index ?? -1;
    const instruments = [alone, first + 2, first] as never[];
    it.ask({ kind: 'ticks', id: 4, query: { instruments, seconds: 60 } });
    await it.until('an answer', () => it.relayed.length === 1);
    const [answer] = it.relayed;
    if (answer?.kind !== 'ticks') throw new Error('another answer');
    const told = answer.ticks.map((each) => [each.instrument, each.clock, each.price[0]]);
    expect(told.toSorted(([a = 0], [b = 0]) => a - b)).toEqual(
      [
        [first, first, 100],
        [first + 2, first, 102],
        [alone, alone, 100],
      ].toSorted(([a = 0], [b = 0]) => a - b),
    );
  });

  it('an instrument that nobody lists is answered, and no thread is asked', async () => {
    const it = await start(new ManualClock(), ['a', 'b']);
    it.candles(7, 1);
    await it.until('an answer', () => it.relayed.length === 1);
    const sentence = 'There is no instrument 7.';
    const reply = { ok: false, code: 'unknown-instrument', sentence };
    expect(it.relayed).toEqual([{ kind: 'candles', id: 1, reply }]);
    expect(it.feeds.restarts).toBe(0);
  });
});
