import { describe, expect, it } from 'vitest';
import type { ComputeStatus } from '../../shaders/engine/status.ts';
import type { HaltView } from '../../protocol/halt.ts';
import type { HaltId, Micros, UserId } from '../../protocol/units.ts';
import type { BookView, Paint, QuoteView } from '../stream/port.ts';
import { gpuLost } from './compute.ts';
import { createControlStore, SILENT_AFTER_MS } from './control.ts';
import { freshness, STALE_AFTER_MS } from './freshness.ts';
import { consequenceSentences, haltHeadline, haltSteps } from './halt-words.ts';
import { createLinkStore } from './link.ts';
import { createMarketStore } from './market.ts';
import { oldestMark } from './oldest-mark.ts';
import { createPathClock, FROZEN_AFTER_MS } from './path-clock.ts';

const quote = (instrument: number, state: QuoteView['state'], receivedAt: number): QuoteView => ({
  instrument,
  state,
  receivedAt,
  bid: '1',
  ask: '2',
  spread: '1',
  bidTicks: 1,
  askTicks: 2,
  bidLots: 1,
  askLots: 1,
  lastTicks: 0,
  change: null,
});
const paint = (part: Partial<Paint>): Paint => ({
  kind: 'paint',
  id: 1,
  sentAt: 0,
  origin: 'SIM',
  quotes: [],
  replaceQuotes: false,
  books: [],
  trades: [],
  dropped: [],
  serverNow: null,
  ...part,
});

describe('the running clock', () => {
  it('shows the newest drawn frame’s time and nothing else: a frozen path stops it', () => {
    let now = 0;
    const clock = createPathClock(() => now);
    expect(clock.getState()).toMatchObject({ sentAt: null, frozen: true });
    clock.drawn(5_000_000, null);
    now += 400;
    clock.beat();
    expect(clock.getState()).toMatchObject({ sentAt: 5_000_000, frozen: false, estimatedNow: 5_400_000 });
    now += FROZEN_AFTER_MS;
    clock.beat();
    // Time passes here, the clock stands, and says for how long.
    expect(clock.getState()).toMatchObject({ sentAt: 5_000_000, frozen: true, silentMs: 1900 });
    clock.drawn(8_000_000, 8_000_000);
    expect(clock.getState()).toMatchObject({ sentAt: 8_000_000, frozen: false, silentMs: 0 });
  });
});

describe('the way of a frame', () => {
  it('counts into every age, and a late one is no present', () => {
    let now = 0;
    const clock = createPathClock(() => now);
    clock.drawn(5_000_000, 5_300_000);
    now += 100;
    clock.beat();
    expect(clock.getState()).toMatchObject({
      estimatedNow: 5_400_000,
      lagMs: 300,
      late: false,
      stale: false,
    });
    clock.drawn(6_000_000, 8_500_000);
    expect(clock.getState()).toMatchObject({
      estimatedNow: 8_500_000,
      late: true,
      frozen: false,
      stale: true,
    });
    // A clock that is measured a little wrong makes no negative way.
    clock.drawn(9_000_000, 8_990_000);
    expect(clock.getState()).toMatchObject({ lagMs: 0, late: false, stale: false });
  });

  it('a server that does not serve what is watched makes values stale, and the clock runs on', () => {
    const clock = createPathClock(() => 0);
    clock.drawn(5_000_000, null);
    clock.served(false);
    expect(clock.getState()).toMatchObject({ stale: true, frozen: false });
    clock.drawn(6_000_000, null);
    expect(clock.getState().stale).toBe(true);
    clock.served(true);
    expect(clock.getState().stale).toBe(false);
  });
});

describe('the control thread', () => {
  it('that hangs makes its state the last known, until it is heard again', () => {
    let now = 0;
    const control = createControlStore(() => now);
    now = 60_000;
    control.beat();
    expect(control.getState().silent).toBe(false);
    control.snapshot('e', {} as never, { limits: [] } as never);
    now += SILENT_AFTER_MS;
    control.beat();
    expect(control.getState().silent).toBe(false);
    now += 1;
    control.beat();
    expect(control.getState().silent).toBe(true);
    control.changes([{ type: 'health', rows: [] }]);
    expect(control.getState().silent).toBe(false);
    control.beat();
    expect(control.getState().silent).toBe(false);
  });
});

describe('notices', () => {
  it('news pushes out news, never a refusal', () => {
    const link = createLinkStore();
    link.notice('refused', 'refused');
    for (let n = 0; n < 10; n++) link.notice(`connecting ${n}`);
    expect(link.getState().notices.map(({ sentence }) => sentence)).toEqual([
      'refused',
      'connecting 7',
      'connecting 8',
      'connecting 9',
    ]);
    for (let n = 0; n < 100; n++) link.notice('refused', 'refused');
    expect(link.getState().notices.length).toBeLessThan(30);
  });
});

describe('the GPU', () => {
  it('that was lost and is not back is lost, whatever its adapter is said to be', () => {
    const status = (kind: string, losses: number) => ({ gpu: { kind }, losses }) as unknown as ComputeStatus;
    for (const kind of ['absent', 'starting', 'unused', 'warming', 'lost', 'abandoned']) {
      expect([kind, gpuLost(status(kind, 1))]).toEqual([kind, true]);
    }
    expect(gpuLost(status('ready', 1))).toBe(false);
    expect(gpuLost(status('slower', 1))).toBe(false);
    expect(gpuLost(status('absent', 0))).toBe(false);
    expect(gpuLost(status('warming', 0))).toBe(false);
  });
});

describe('freshness', () => {
  it('a live value that nothing renews is stale by itself; a quiet one is quiet', () => {
    expect(freshness('live', false, STALE_AFTER_MS)).toBe('fresh');
    expect(freshness('live', false, STALE_AFTER_MS + 1)).toBe('stale');
    expect(freshness('quiet', false, 3_600_000)).toBe('quiet');
    expect(oldestMark([quote(0, 'live', 1)], 6_000_002, false)).toMatchObject({ stale: true });
  });

  it('quiet is not stale, and a frozen path makes everything stale', () => {
    expect(freshness('quiet', false)).toBe('quiet');
    expect(freshness('live', false)).toBe('fresh');
    expect(freshness('resyncing', false)).toBe('stale');
    expect(freshness('live', true)).toBe('stale');
    expect(freshness('never', true)).toBe('unknown');
    expect(freshness(undefined, false)).toBe('unknown');
  });

  it('the oldest mark leaves quiet instruments out, and counts them', () => {
    const quotes = [quote(0, 'live', 900_000), quote(1, 'quiet', 1), quote(2, 'live', 700_000), undefined];
    expect(oldestMark(quotes, 1_000_000, false)).toEqual({
      instrument: 2,
      ageMs: 300,
      stale: false,
      quiet: 1,
    });
    expect(oldestMark([quote(1, 'quiet', 400_000)], 1_000_000, false)).toMatchObject({
      ageMs: 600,
      quiet: 1,
    });
    expect(oldestMark([undefined], 1, false)).toBeNull();
  });
});

describe('the market as painted', () => {
  it('keeps what was not painted again, and trades newest first', () => {
    const market = createMarketStore();
    market.paint(paint({ quotes: [quote(0, 'live', 1), quote(1, 'live', 1)], replaceQuotes: true }));
    market.paint(paint({ quotes: [quote(1, 'stale', 2)] }));
    expect(market.getState().quotes.map((each) => each?.state)).toEqual(['live', 'stale']);
    const trade = (id: number) => ({
      number: id,
      id,
      price: '1',
      size: '1',
      ticks: 1,
      lots: 1,
      side: 'buy' as const,
      at: id,
    });
    market.paint(
      paint({ trades: [{ instrument: 1, trades: [trade(1), trade(2)], replace: true, skipped: 5 }] }),
    );
    market.paint(paint({ trades: [{ instrument: 1, trades: [trade(3)], replace: false, skipped: 2 }] }));
    expect(
      market
        .getState()
        .trades.get(1)
        ?.map(({ id }) => id),
    ).toEqual([3, 2, 1]);
    // Skipped before one began to watch is not skipped.
    expect(market.getState().skipped.get(1)).toBe(2);
  });

  const book = (instrument: number): BookView => ({
    instrument,
    state: 'live',
    version: 1,
    exchangeAt: 1,
    bids: [],
    asks: [],
    mid: '1',
    spread: '1',
  });

  it('what is watched no more is gone, so that it cannot come back as if live', () => {
    const market = createMarketStore();
    const trades = [{ instrument: 1, trades: [], replace: true, skipped: 0 }];
    market.paint(paint({ books: [book(1)], trades }));
    market.paint(paint({ books: [book(2)], dropped: [1] }));
    expect([...market.getState().books.keys()]).toEqual([2]);
    expect(market.getState().trades.size).toBe(0);
    // Dropped and sent anew between two pictures: the new one is shown.
    market.paint(paint({ books: [book(2)], dropped: [2] }));
    expect(market.getState().books.get(2)?.state).toBe('live');
  });

  it('after a new snapshot a ladder waits for its own, hatched', () => {
    const market = createMarketStore();
    market.paint(paint({ books: [book(1)] }));
    market.paint(paint({ replaceQuotes: true }));
    expect(market.getState().books.get(1)?.state).toBe('resyncing');
    market.paint(paint({ books: [book(1)] }));
    expect(market.getState().books.get(1)?.state).toBe('live');
  });

  it('values outlive a snapshot without quotes: nothing goes blank', () => {
    const market = createMarketStore();
    market.paint(paint({ quotes: [quote(0, 'live', 1)], replaceQuotes: true }));
    market.paint(paint({ replaceQuotes: true }));
    expect(market.getState().quotes[0]?.bid).toBe('1');
  });
});

const halt = (part: Partial<HaltView>): HaltView => ({
  phase: 'blocked',
  level: 'L3',
  scope: 'firm',
  gateOpen: false,
  haltId: 'halt-12345678' as HaltId,
  cause: { kind: 'pressed', by: 'ann' as UserId, reason: 'x' },
  pressedAt: 1 as Micros,
  gateClosedAt: 1 as Micros,
  factorBy: null,
  factorAt: null,
  confirmedAt: null,
  venues: [],
  refusedSince: 0,
  releasedBy: null,
  releasedAt: null,
  ...part,
});

describe('the halt in words', () => {
  it('says before the press what will happen, positions included', () => {
    const words = consequenceSentences({
      ours: 40,
      foreign: 1,
      unknown: 1,
      positions: 6,
      venues: ['Sim'],
    }).join(' ');
    expect(words).toContain('cancels 40 open orders of ours and 1 foreign at Sim');
    expect(words).toContain('1 order in an unknown state');
    expect(words).toContain('6 positions stay as they are: nothing is flattened');
  });

  it('never says halted for blocked, and never trading for a closed gate', () => {
    expect(haltHeadline(halt({})).text).toBe('blocked, not cancelled');
    expect(haltHeadline(halt({ phase: 'trading' })).text).toBe('gate closed');
    expect(haltHeadline(halt({ phase: 'trading', gateOpen: true }))).toEqual({ text: 'trading', tone: 'ok' });
    const rows = [
      { openOrders: 3, foreignOrders: 1 },
      { openOrders: null, foreignOrders: null },
    ];
    const residual = halt({ phase: 'residual', venues: rows as unknown as HaltView['venues'] });
    expect(haltHeadline(residual).text, 'a foreign order is counted once').toBe(
      'halted · 3 orders remaining',
    );
  });

  it('R-30: the presser takes back while nothing is cancelled, and never releases', () => {
    expect(haltSteps(halt({}), 'ann')).toMatchObject({ cancelAll: true, takeBack: true, release: false });
    expect(haltSteps(halt({}), 'bob')).toMatchObject({ cancelAll: true, takeBack: false, release: true });
    expect(haltSteps(halt({ phase: 'confirmed' }), 'ann')).toMatchObject({ release: false, takeBack: false });
    expect(haltSteps(halt({ phase: 'confirmed' }), 'bob')).toMatchObject({ release: true });
    const resumed = { kind: 'resumed', sentence: 's', by: 'ann' as UserId } as const;
    expect(haltSteps(halt({ phase: 'confirmed', cause: resumed }), 'ann')).toMatchObject({ release: false });
    expect(haltSteps(halt({ phase: 'residual' }), 'bob')).toMatchObject({ cancelAll: true, release: false });
  });
});
