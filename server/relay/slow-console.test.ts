import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeFrame, type FrameKind } from '../../protocol/frame.ts';
import { readQuotes } from '../../protocol/quotes.ts';
import { barFrame, barsIn } from './testing/bar-frames.ts';
import { Harness, type TestConsole } from './testing/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await new Harness().start();
});
afterEach(() => harness.stop());

const MS_AT_20_HZ = 50;

function decoded(bytes: Uint8Array): { kind: FrameKind; mids: Map<number, number> } {
  const frame = decodeFrame(bytes);
  if (!frame.ok) throw new Error(frame.error.sentence);
  const mids = new Map<number, number>();
  for (const section of frame.value.sections) {
    if (section.kind !== 'quotes') continue;
    const rows = readQuotes(section);
    if (!rows.ok) throw new Error(rows.error.sentence);
    rows.value.instrument.forEach((instrument, row) => mids.set(instrument, (rows.value.bid[row] ?? 0) + 1));
  }
  return { kind: frame.value.kind, mids };
}

const market = (console: TestConsole): Map<number, number>[] =>
  console.frames.map(decoded).flatMap(({ kind, mids }) => (kind === 'market' ? [mids] : []));

/** Writes the tick count into instrument 0 and lets 1/20 s pass, `times` times. */
async function tick(
  times: number,
  consoles: readonly TestConsole[],
  each?: () => Promise<void>,
): Promise<void> {
  for (let i = 0; i < times; i++) {
    harness.quote(0, ++ticks);
    harness.clock.advance(MS_AT_20_HZ);
    await each?.();
  }
  for (const console of consoles) await console.settle();
}
let ticks = 1000;

describe('R-42: a slow console', () => {
  it('gets the newest state, not the backlog, while another misses nothing', async () => {
    const slow = await harness.subscribed({});
    const quick = await harness.subscribed({});
    await tick(40, [slow], async () => {
      await quick.settle();
      await quick.acknowledge(market(quick).length);
    });
    expect(market(quick)).toHaveLength(40);
    // Four frames without an acknowledgement, the snapshot among them, and then none.
    expect(market(slow)).toHaveLength(4);
    slow.frames.length = 0;
    await slow.acknowledge(4);
    await slow.until(() => market(slow).length === 1);
    expect(market(slow)[0]).toEqual(new Map([[0, ticks]]));
  });

  it('having caught up, it shares its frames with the others again: the very same bytes', async () => {
    const slow = await harness.subscribed({});
    const quick = await harness.subscribed({});
    await tick(5, [slow], async () => {
      await quick.settle();
      await quick.acknowledge(market(quick).length);
    });
    await slow.acknowledge(4);
    await tick(1, [slow, quick]);
    await tick(1, [slow, quick]);
    expect(slow.frames.at(-1)).toEqual(quick.frames.at(-1));
    expect(market(slow).at(-1)).toEqual(new Map([[0, ticks]]));
  });

  it('is told each step down of its rate, paused after 10 s, and keeps its session', async () => {
    const slow = await harness.subscribed({});
    await tick(240, [slow]);
    const said = slow.messages.slice(1);
    expect(said.slice(0, 2)).toEqual([
      { type: 'rate', hz: 4 },
      { type: 'rate', hz: 1 },
    ]);
    expect(said[2]?.type).toBe('market-paused');
    expect(said).toHaveLength(3);
    expect(slow.socket.connected).toBe(true);
    // Control messages and heartbeats go on.
    harness.control.deliver({ kind: 'change', seq: 11, change: { type: 'health', rows: [] } });
    await slow.settle();
    expect(slow.messages.at(-1)).toMatchObject({ type: 'change', seq: 11 });
    const heard = slow.frames.length;
    await tick(20, [slow]);
    expect(slow.frames.slice(heard).map((bytes) => decoded(bytes).kind)).toEqual(
      Array.from({ length: 4 }, () => 'heartbeat'),
    );
    // It subscribes again and is served from a snapshot.
    await slow.acknowledge(4);
    await slow.subscribe({});
    await tick(1, [slow]);
    expect(market(slow).at(-1)?.size).toBe(4);
  });

  it('is counted in the figures, and the ages are of acknowledged frames', async () => {
    const slow = await harness.subscribed({});
    await tick(19, [slow]);
    const stats = harness.control.sent.length;
    await tick(2, [slow]);
    const [figures] = harness.control.sent.slice(stats).filter(({ kind }) => kind === 'stats');
    expect(figures).toMatchObject({ stats: { clients: 1, slowClients: 1, frameAgeSamples: 0 } });
    await slow.acknowledge(2);
    await tick(20, [slow]);
    const next = harness.control.sent.filter(({ kind }) => kind === 'stats').at(-1);
    expect(next).toMatchObject({ stats: { frameAgeSamples: 2 } });
  });

  it('one that acknowledges what was never sent is cut off', async () => {
    const liar = await harness.subscribed({});
    liar.socket.emit('applied', 1000);
    await liar.until(() => liar.closed !== null);
  });
});

describe('frames', () => {
  it('come at the rate asked for: 4 Hz conflates five ticks of 20 Hz into one frame', async () => {
    const console = await harness.subscribed({ hz: 4 });
    await tick(20, [console], async () => {
      await console.settle();
      await console.acknowledge(market(console).length);
    });
    expect(market(console)).toHaveLength(4);
  });

  it('0 Hz gets heartbeats only, four a second', async () => {
    const console = await harness.subscribed({ hz: 0 });
    await tick(20, [console]);
    expect(console.frames.map((bytes) => decoded(bytes).kind)).toEqual(
      Array.from({ length: 4 }, () => 'heartbeat'),
    );
  });

  it('60 Hz gets sixty', async () => {
    const console = await harness.subscribed({ hz: 60 });
    for (let ms = 0; ms < 1000; ms++) {
      harness.quote(0, ++ticks);
      harness.clock.advance(1);
      if (ms % 10 !== 0) continue;
      await console.settle();
      await console.acknowledge(market(console).length);
    }
    await console.settle();
    expect(market(console)).toHaveLength(60);
  });

  it('a new subscription replaces the one before and starts from a snapshot', async () => {
    const console = await harness.subscribed({});
    await tick(1, [console]);
    await console.subscribe({ quotes: [1, 2] });
    harness.quote(1, 77);
    await tick(1, [console]);
    expect([...(market(console).at(-1)?.keys() ?? [])]).toEqual([1, 2]);
    await tick(1, [console]);
    expect(market(console)).toHaveLength(2);
  });

  it('nothing changed: no frame and no credit spent', async () => {
    const console = await harness.subscribed({});
    await tick(1, [console]);
    harness.clock.advance(5000);
    await console.settle();
    expect(market(console)).toHaveLength(1);
  });

  it('bars go to those who asked, each one of them, without costing credit', async () => {
    const wants = await harness.subscribed({ bars: true, hz: 1 });
    const not = await harness.subscribed({ bars: false });
    for (let second = 0; second < 10; second++) {
      harness.feeds.deliver({ kind: 'bars', first: 0, bytes: barFrame(second) });
    }
    await wants.settle();
    await not.settle();
    expect(wants.frames.map((bytes) => barsIn(bytes)?.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(not.frames).toEqual([]);
  });
});
