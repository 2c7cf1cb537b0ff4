import { beforeAll, describe, expect, it } from 'vitest';
import { analyseTicks } from '../../../shaders/analyses/analyse-ticks.ts';
import { cpuAnalysisKernels } from '../../../shaders/analyses/kernels.ts';
import type { TickLeads } from '../../../shaders/analyses/tick-leads.ts';
import type { ClockReading, TickStream } from '../../../shaders/analyses/tick-market.ts';
import { haveCaptures } from '../testing/captures.ts';
import { OWN_CAPTURES, playDirect, readOwnCapture } from '../testing/binance-captures.ts';
import { readTicks } from './read-ticks.ts';

const READ_MS = 120_000;
const SECONDS = 300;
const MARGIN = 1_000_000;
/** One company's clocks. */
const CLOCK: ClockReading = { offsetMs: 0, uncertaintyMs: 1 };

/** The captures' trades as a feed keeps them, with the clock that each is said to have. */
async function streams(): Promise<TickStream[]> {
  return Promise.all(
    OWN_CAPTURES.map(async ({ dialect, file }, clock): Promise<TickStream> => {
      const { instruments, records } = await readOwnCapture(dialect, file);
      const { markets } = playDirect(dialect, instruments, records, (flow) => flow.ticks.watched(1));
      const [all] = readTicks(markets, [0], 1e10, 2 ** 52, null);
      const last = all?.at.at(-1) ?? 0;
      const [read] = readTicks(markets, [0], SECONDS, last + MARGIN, null);
      if (!read) throw new Error(`${file} has no trades`);
      const { since, until, at, price } = read;
      return { name: dialect.id, clock, reading: CLOCK, since, until, at, prices: price };
    }),
  );
}

async function ask(market: readonly TickStream[]): Promise<TickLeads> {
  const nothing = { progress: () => undefined, breathe: () => Promise.resolve(), now: () => 0 };
  const tools = { ...nothing, kernels: cpuAnalysisKernels(true) };
  const answered = await analyseTicks({ streams: market, seconds: SECONDS }, { seed: 1 }, tools);
  if (!answered.ok) throw new Error(answered.error.sentence);
  return answered.value.answer;
}

describe.skipIf(!haveCaptures())('BTC in Binance’s own captures', { timeout: READ_MS }, () => {
  let market: TickStream[] = [];
  beforeAll(async () => {
    market = await streams();
  }, READ_MS);

  const clocked = (reading: ClockReading | null): TickStream[] =>
    market.map((each) => ({ ...each, reading }));

  it('the most traded perpetual is ahead of the one that is paid in coin, by less than a tenth of a second', async () => {
    const { edges, unclear, ticks } = await ask(clocked(CLOCK));
    expect(edges.map(({ leader, follower }) => [leader, follower])).toEqual([
      ['binance-usdm', 'binance-coinm'],
    ]);
    expect(edges[0]?.lag).toBeGreaterThanOrEqual(20);
    expect(edges[0]?.lag).toBeLessThanOrEqual(100);
    // As much again as at once: a grid of a second would show the two as one.
    expect(edges[0]?.rho).toBeGreaterThan(1.5 * (edges[0]?.together ?? 1));
    expect(unclear).toEqual([]);
    expect(ticks.map(({ dropped }) => dropped)).toEqual([0, 0, 0]);
    for (const each of ticks) expect(each.ticks).toBeGreaterThan(600);
  });

  it('and it is told of nobody whose clock was never measured, or is known to 20 ms alone', async () => {
    for (const reading of [null, { offsetMs: 0, uncertaintyMs: 20 }]) {
      const { edges, unclear } = await ask(clocked(reading));
      expect(edges).toEqual([]);
      expect(unclear).toMatchObject([
        { names: ['binance-usdm', 'binance-coinm'], clocksMs: reading && 2 * reading.uncertaintyMs },
      ]);
    }
  });
});
