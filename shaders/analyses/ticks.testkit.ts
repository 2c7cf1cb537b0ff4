/** Trades in which the answer was planted. */
import { generator } from '../correlation/returns.testkit.ts';
import { normals } from './planted.testkit.ts';
import type { TickMarket, TickStream } from './tick-market.ts';

const START = 1_700_000_000_000_000;
const MILLI = 1000;

/** An instrument that follows the market's common move `lagMs` later, `share` of its own moves being that. */
export interface Planted {
  readonly name: string;
  readonly lagMs: number;
  readonly share: number;
  /** ms from trade to trade on average, by chance. */
  readonly everyMs: number;
  /** ms by which its clock is wrong and nobody knows. */
  readonly wrongMs?: number;
  readonly clock?: TickStream['clock'];
  readonly reading?: TickStream['reading'];
}

/** Seconds of trades at random times of their own, with steps of a tick of 1e-6 and a spread's bounce. */
export function plantedTicks(planted: readonly Planted[], seconds: number, seed: number): TickMarket {
  const normal = normals(seed);
  const random = generator(seed + 1_000_003);
  const steps = seconds * 1000;
  const common = Float64Array.from({ length: steps }, normal);
  const streams = planted.map(
    ({ name, lagMs, share, everyMs, wrongMs = 0, clock = 0, reading }): TickStream => {
      const at: number[] = [];
      const prices: number[] = [];
      let log = 0;
      for (let k = 0; k < steps; k++) {
        log += 1e-5 * (share * (common[k - lagMs] ?? 0) + Math.sqrt(1 - share * share) * normal());
        if (random() * everyMs >= 1) continue;
        at.push(START + (k + wrongMs) * MILLI);
        const bounce = random() < 0.5 ? -1e-5 : 1e-5;
        prices.push(Math.round(1e6 * Math.exp(log + bounce)));
      }
      const span = { since: START + wrongMs * MILLI, until: START + (steps + wrongMs) * MILLI };
      return { name, clock, reading: reading ?? { offsetMs: 0, uncertaintyMs: 0 }, ...span, at, prices };
    },
  );
  return { streams, seconds };
}
