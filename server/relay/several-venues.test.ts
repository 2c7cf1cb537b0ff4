import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeFrame } from '../../protocol/frame.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import { readQuotes } from '../../protocol/quotes.ts';
import type { VenueId } from '../../protocol/units.ts';
import { emptyQuote } from '../feeds/table.ts';
import { PATIENCE_MICROS } from './bar-join.ts';
import { barFrame, barsIn, historyFrame, historyIn } from './testing/bar-frames.ts';
import { controlState } from './testing/control-state.ts';
import type { HistoryAsked } from '../feeds/port.ts';
import { Harness } from './testing/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await new Harness({ instruments: 2 }).start();
});
afterEach(() => harness.stop());

/** Two instruments of the venue `other`, after the two that are there. */
const added = controlState(4)
  .instruments.slice(2)
  .map((each): Instrument => ({ ...each, venue: 'other' as VenueId }));
const listed = (): void =>
  harness.control.deliver({
    kind: 'change',
    seq: 11,
    change: { type: 'instruments', instruments: added },
  });

/** [instrument, bid] of each quote in a frame. */
function bids(bytes: Uint8Array): [number, number][] {
  const frame = decodeFrame(bytes);
  return (frame.ok ? frame.value.sections : []).flatMap((section) => {
    const quotes = section.kind === 'quotes' ? readQuotes(section) : null;
    if (!quotes?.ok) return [];
    const { instrument, bid } = quotes.value;
    return [...instrument].map((index, row): [number, number] => [index, bid[row] ?? 0]);
  });
}

describe('a venue whose list comes while consoles are connected', () => {
  it('is told to them, and its quotes follow in the next frame of the same subscription', async () => {
    const console = await harness.subscribed({ quotes: 'all' });
    harness.quote(0, 100);
    harness.clock.advance(50);
    await console.settle();
    listed();
    harness.otherWriter.writeQuote(1, { ...emptyQuote(), bid: 7, bidSize: 1, state: 'live' });
    harness.clock.advance(50);
    await console.settle();
    expect(console.messages.at(-1)).toMatchObject({
      type: 'change',
      seq: 11,
      change: { type: 'instruments', instruments: added },
    });
    const last = console.frames.map(bids).findLast((rows) => rows.length > 0);
    // What stood still is not sent again.
    expect(last).toEqual([
      [2, 0],
      [3, 7],
    ]);
  });

  it('can be subscribed from then on, and not before', async () => {
    const console = await harness.join();
    expect(await console.subscribe({ books: [3] })).toMatchObject({ ok: false });
    listed();
    expect(await console.subscribe({ books: [3] })).toMatchObject({ ok: true });
  });

  it('is in the snapshot of a console that comes later', async () => {
    listed();
    const console = await harness.join();
    await console.until(() => console.messages.length > 0);
    expect(console.messages[0]).toMatchObject({ type: 'snapshot', seq: 11 });
    expect(JSON.stringify(console.messages[0])).toContain('"venue":"other"');
  });
});

describe('bars of two venues', () => {
  it('reach a console as one bar a second, each row under its own index', async () => {
    const console = await harness.subscribed({ bars: true, hz: 0 });
    const bars = (): unknown[] =>
      console.frames.flatMap((bytes) => {
        const bar = barsIn(bytes);
        return bar ? [[bar.number, [...bar.rows.instrument], [...bar.rows.close]]] : [];
      });
    for (const second of [10, 11]) {
      harness.feeds.deliver({ kind: 'bars', first: 0, bytes: barFrame(second, [5, 6]) });
      harness.feeds.deliver({ kind: 'bars', first: 2, bytes: barFrame(second, [7, 8]) });
    }
    await console.settle();
    // The first venue was alone when its first bar came.
    expect(bars()).toEqual([
      [10, [0, 1], [5, 6]],
      [11, [0, 1, 2, 3], [5, 6, 7, 8]],
    ]);
    harness.feeds.deliver({ kind: 'bars', first: 0, bytes: barFrame(12, [5, 6]) });
    await console.settle();
    expect(bars()).toHaveLength(2);
    // One that stays silent is not waited for.
    harness.clock.advance(PATIENCE_MICROS / 1000);
    await console.settle();
    expect(bars().at(-1)).toEqual([12, [0, 1], [5, 6]]);
  });

  it('of a replay that begins anew follow at once, however little they go back', async () => {
    const console = await harness.subscribed({ bars: true, hz: 0 });
    const opens = (): number[] =>
      console.frames.flatMap((bytes) => {
        const bar = barsIn(bytes);
        return bar ? [bar.openAt / 1e6] : [];
      });
    const take = (second: number): void =>
      harness.feeds.deliver({ kind: 'bars', first: 0, bytes: barFrame(second, [5, 6]) });
    take(20);
    take(18);
    harness.feeds.deliver({ kind: 'begun-anew' });
    take(15);
    await console.settle();
    expect(opens()).toEqual([20, 15]);
  });

  it('have one history, asked of the feeds once a second however many consoles ask', async () => {
    const consoles = [await harness.join(), await harness.join()];
    const asking = consoles.map(
      ({ socket }) => socket.timeout(5000).emitWithAck('history', 3) as Promise<unknown>,
    );
    const { id } = await harness.feeds.next<HistoryAsked>('history');
    for (const console of consoles) await console.settle();
    const parts = [
      { first: 0, bytes: historyFrame(2, 3, 20, 5) },
      { first: 2, bytes: historyFrame(1, 2, 20, 7) },
    ];
    harness.feeds.deliver({ kind: 'history', id, parts });
    expect(await Promise.all(asking)).toEqual(asking.map(() => ({ ok: true, sentence: '' })));
    expect(harness.feeds.sent.filter(({ kind }) => kind === 'history')).toHaveLength(1);
    for (const { frames } of consoles) {
      const [history] = frames.flatMap((bytes) => historyIn(bytes) ?? []);
      expect([...(history?.instruments ?? [])]).toEqual([0, 1, 2]);
      expect([...(history?.close ?? [])]).toEqual([5, 5, 5, 5, 5, 5, 0, 7, 7]);
    }
  });
});
