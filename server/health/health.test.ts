import { describe, expect, it } from 'vitest';
import type { FeedView } from '../../protocol/health.ts';
import type { HaltView } from '../../protocol/halt.ts';
import type { Micros, OrderId, StrategyId, VenueId } from '../../protocol/units.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { HealthBoard } from './board.ts';
import { conditions, type Situation } from './conditions.ts';
import { DiskSyncs } from './disk-syncs.ts';
import { LoopDelayMonitor } from './loop-delay.ts';
import {
  auditRow,
  controlRow,
  feedRow,
  relayRow,
  strategiesRow,
  venueRow,
  type RelayReading,
} from './rows.ts';
import { quantile, Samples } from './samples.ts';

const stats: NonNullable<RelayReading['stats']> = {
  clients: 2,
  framesPerSecond: 40,
  bytesPerSecond: 1e5,
  frameAgeP50Ms: 3,
  frameAgeP99Ms: 9,
  frameAgeSamples: 400,
  slowClients: 0,
  loopDelayP99Ms: 1,
  loopDelaySamples: 500,
  windowSeconds: 10,
};
const feed = (state: FeedView['state']): FeedView => ({
  venue: 'sim' as VenueId,
  state,
  sentence: `It is ${state}.`,
  frames: 1,
  gaps: 0,
  resyncs: 0,
  reconnects: 0,
  quarantined: 0,
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockSource: null,
  lastFrameAt: null,
  quality: null,
  lines: [],
  replay: null,
});
const dead = { books: 0, marks: 3, state: 'down', sentence: 'Why.' } as const;
const inPart = { ...feed('down'), lines: [{ ...dead, books: 3, marks: 0, state: 'live' as const }, dead] };
const venue = {
  venue: 'sim',
  name: 'Sim',
  privateStream: 'up' as const,
  trouble: null,
  orderLatency: null,
  weight: { used: 1, limit: 6000, reservedForHalt: 500, blockedForMs: 0 },
};
const noSyncs = { figures: [], lateMs: null };
const delay = { p50Ms: 0, p99Ms: 1, maxMs: 2, samples: 500, windowSeconds: 10 };

describe('each row goes red by its own fault and is well otherwise', () => {
  it.each([
    ['control', controlRow(delay), controlRow({ ...delay, maxMs: 1500 })],
    [
      'relay dead',
      relayRow({ dead: null, statsAgeSeconds: 1, stats }),
      relayRow({ dead: 'Its thread stopped.', statsAgeSeconds: 1, stats }),
    ],
    [
      'relay silent',
      relayRow({ dead: null, statsAgeSeconds: 1, stats }),
      relayRow({ dead: null, statsAgeSeconds: 9, stats }),
    ],
    ['feed down', feedRow(feed('live'), 'Sim', null), feedRow(feed('down'), 'Sim', null)],
    [
      'feed thread dead',
      feedRow(feed('live'), 'Sim', null),
      feedRow(feed('live'), 'Sim', 'Its thread stopped.'),
    ],
    ['venue', venueRow(venue), venueRow({ ...venue, privateStream: 'down' })],
    ['venue limit', venueRow(venue), venueRow({ ...venue, weight: { ...venue.weight, blockedForMs: 900 } })],
    [
      'audit',
      auditRow({ broken: null, headTrouble: null, records: 1, syncs: noSyncs }),
      auditRow({
        broken: { sentence: 'Full.', spooled: 2, lost: 0 },
        headTrouble: 'x',
        records: 1,
        syncs: noSyncs,
      }),
    ],
    [
      'strategies',
      strategiesRow({ strategies: [{ id: 'sample', connected: true, openOrders: 40 }] }),
      strategiesRow({ strategies: [{ id: 'sample', connected: false, openOrders: 40 }] }),
    ],
  ])('%s', (_name, well, ill) => {
    expect(well.state).toBe('ok');
    expect(ill.state).toBe('down');
    expect(ill.sentence).toMatch(/\.$/);
  });

  it('a feed whose other connections are heard is not down', () => {
    expect(feedRow(inPart, 'Sim', null).state).toBe('degraded');
    expect(feedRow({ ...inPart, lines: [dead, dead] }, 'Sim', null).state).toBe('down');
  });

  it('is unknown, not well, before anything was measured', () => {
    const rows = [
      controlRow(null),
      relayRow({ dead: null, statsAgeSeconds: null, stats: null }),
      feedRow(feed('connecting'), 'Sim', null),
    ];
    expect(rows.map((row) => row.state)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

it('the board keeps since when a row is in its state', () => {
  const clock = new ManualClock();
  const board = new HealthBoard(clock);
  const start = clock.wallMicros();
  board.update([controlRow(delay)]);
  clock.advance(1000);
  expect(board.update([controlRow(delay)])).toMatchObject([{ since: start, checkedAt: start + 1_000_000 }]);
  clock.advance(1000);
  expect(board.update([controlRow({ ...delay, maxMs: 2000 })])).toMatchObject([
    { state: 'down', since: start + 2_000_000 },
  ]);
});

it('the event loop’s delay sees a thread that was blocked', async () => {
  const monitor = new LoopDelayMonitor();
  monitor.start();
  await new Promise((resolve) => setTimeout(resolve, 60));
  monitor.read();
  const until = process.hrtime.bigint() + 400_000_000n;
  while (process.hrtime.bigint() < until);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(monitor.read()?.maxMs).toBeGreaterThan(250);
  monitor.stop();
});

it('samples leave the window, and quantiles are nearest rank', () => {
  const clock = new ManualClock();
  const samples = new Samples(clock, 60, 8);
  expect(samples.figures('sync', 'ms')[0]).toMatchObject({ value: null, samples: 0 });
  for (let i = 1; i <= 10; i++) samples.add(i);
  expect([...samples.sorted()]).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  clock.advance(61_000);
  samples.add(1);
  expect([...samples.sorted()]).toEqual([1]);
  clock.advance(20_000);
  samples.add(2);
  expect([...samples.sorted()]).toEqual([1, 2]);
  expect([...samples.sorted(10)]).toEqual([2]);
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantile([1, 2, 3, 4], 0.99)).toBe(4);
});

it('a slow sync is the disk’s state for 10 s, and among its figures for a minute', () => {
  const clock = new ManualClock();
  const syncs = new DiskSyncs(clock);
  const state = () => auditRow({ broken: null, headTrouble: null, records: 1, syncs: syncs.read() });
  expect(state().state).toBe('ok');
  syncs.add(340);
  clock.advance(9_000);
  syncs.add(2);
  expect(state()).toMatchObject({ state: 'degraded', sentence: 'The disk takes 340 ms to sync.' });
  clock.advance(2_000);
  expect(state().state).toBe('ok');
  expect(state().figures).toContainEqual(expect.objectContaining({ name: 'sync max', value: 340 }));
});

describe('conditions', () => {
  const halt: HaltView = {
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
  };
  const calm: Situation = {
    deadLines: [],
    feeds: [feed('live')],
    rows: [],
    halt,
    orders: [],
    unlisted: [],
    auditBroken: null,
    headTrouble: null,
    keys: [],
    clockMeasured: true,
    market: [],
    now: 10_000_000,
  };
  const row = (state: 'down' | 'degraded', id: string) => ({
    id,
    name: id,
    state,
    sentence: 'X.',
    figures: [],
    since: 0 as Micros,
    checkedAt: 0 as Micros,
  });
  const order = {
    orderId: 'o-1' as OrderId,
    state: 'unknown' as const,
    reason: null,
    updatedAt: 1_000_000 as Micros,
  };

  const maker = 'maker' as StrategyId;
  const day = (days: number): Micros => (calm.now + days * 86_400_000_000) as Micros;

  it('a key’s coming end is advice, its end is a caution', () => {
    const of = (expiresAt: Micros) => conditions({ ...calm, keys: [{ account: maker, expiresAt }] })[0];
    expect(of(day(3))).toMatchObject({
      priority: 'advisory',
      sentence: expect.stringContaining('expires at') as string,
    });
    expect(of(day(0))).toMatchObject({
      priority: 'caution',
      sentence: expect.stringContaining('expired at') as string,
    });
  });

  it.each<[string, Partial<Situation>, string[]]>([
    ['calm', {}, []],
    ['stale feed', { feeds: [feed('stale')] }, ['feed:sim']],
    ['feed down', { feeds: [feed('down')] }, ['feed:sim']],
    [
      'one connection of two that is dead',
      { feeds: [inPart], deadLines: [{ venue: inPart.venue, at: 2, of: 2, line: dead }] },
      ['feed:sim:line-2'],
    ],
    ['one that has just died', { feeds: [inPart], rows: [row('degraded', 'feed:sim')] }, []],
    ['both dead', { feeds: [{ ...inPart, lines: [dead, dead] }] }, ['feed:sim']],
    ['dead feed thread', { rows: [row('down', 'feed:sim')] }, ['feed:sim']],
    ['relay down', { rows: [row('down', 'relay')] }, ['relay']],
    ['private stream down', { rows: [row('down', 'venue:sim')] }, ['venue:sim:stream']],
    ['venue refuses', { rows: [row('degraded', 'venue:sim')] }, ['venue:sim:orders']],
    ['blocked, not cancelled', { halt: { ...halt, phase: 'blocked' } }, ['halt:blocked']],
    ['residual', { halt: { ...halt, phase: 'residual' } }, ['halt:residual']],
    ['audit broken', { auditBroken: 'Full.', headTrouble: 'the disk is full' }, ['audit']],
    ['heads that can’t be kept', { headTrouble: 'the disk is full' }, ['audit:heads']],
    ['anchors that fail', { rows: [row('degraded', 'anchors')] }, ['audit:anchors']],
    [
      'no heads to anchor',
      { headTrouble: 'the disk is full', rows: [row('degraded', 'anchors')] },
      ['audit:heads'],
    ],
    [
      'orders in a symbol that is not listed',
      { unlisted: [{ venue: 'sim' as VenueId, symbol: 'XYZUSDT', orders: 2 }] },
      ['venue:sim:unlisted'],
    ],
    ['unknown order', { orders: [order] }, ['order:o-1:unknown']],
    ['a key that ends in eight days', { keys: [{ account: maker, expiresAt: day(8) }] }, []],
    [
      'a key that ends in a week',
      { keys: [{ account: maker, expiresAt: day(7) }] },
      ['service-account:maker:key'],
    ],
    [
      'a key that has ended',
      { keys: [{ account: maker, expiresAt: day(-1) }] },
      ['service-account:maker:key'],
    ],
    ['order unknown for a moment', { orders: [order], now: 1_500_000 }, []],
  ])('%s', (_name, change, expected) => {
    expect(conditions({ ...calm, ...change }).map((spec) => spec.alarmId)).toEqual(expected);
  });
});
