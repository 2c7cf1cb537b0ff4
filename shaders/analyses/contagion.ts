/**
 * Where a shock that begins in one instrument is found after a while: by state evolution on the correlation
 * network (K5, quantum-inspired), beside a classical walk on the same network, which is the yardstick.
 */
import { ok, refuse } from '../../protocol/result.ts';
import { diffuse, evolve, ranked, TRUSTED_DRIFT } from '../contagion/evolve.ts';
import { network } from '../contagion/network.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { isInvalid } from '../correlation/correlated.ts';
import type { Analysis } from './analysis.ts';

export interface ContagionOptions {
  /** Where the shock begins, by name. */
  readonly given: string;
  /** How long it travels, in steps of the network; 1 reaches the neighbours. */
  readonly time: number;
}

export interface Contagion {
  readonly given: string;
  readonly time: number;
  /** All others, the most reached by state evolution first. */
  readonly reached: readonly Reached[];
  /** What is still where it began. */
  readonly stayed: { readonly evolved: number; readonly walked: number };
  /** | ‖ψ‖² − 1 |: the health of the computation, at most 5e-6. */
  readonly drift: number;
}

export interface Reached {
  readonly name: string;
  /** Shares of the shock; with what stayed, each sums to 1 over all instruments. */
  readonly evolved: number;
  readonly walked: number;
  /** Places in the two rankings, from 1. */
  readonly evolvedRank: number;
  readonly walkedRank: number;
  /** With the one given; null where there is none. */
  readonly rho: number | null;
}

export const contagion: Analysis<ContagionOptions, Contagion> = {
  instruments: [2, 2048],
  run: async ({ names, ...panel }, { given, time }, tools) => {
    const n = names.length;
    const start = names.indexOf(given);
    if (start < 0) {
      return refuse('no-returns', `${given} has too few returns in this window, or has not moved in it.`);
    }
    const correlated = await tools.kernels.correlate(buildPanel(panel));
    const links = network(correlated, n);
    if (links.strength[start] === 0) {
      return refuse('no-links', `${given} is correlated with nothing in this window: a shock stays in it.`);
    }
    await tools.breathe();
    const { reached: evolved, drift } = evolve(links, time, [start]);
    if (!(drift <= TRUSTED_DRIFT)) {
      return refuse(
        'norm-drift',
        `The evolution lost its norm by ${drift.toExponential(1)}, above ${TRUSTED_DRIFT}: its figures are not to be shown.`,
      );
    }
    tools.progress(1, 2);
    await tools.breathe();
    const walked = diffuse(links, time, [start]);
    const order = ranked(evolved, start);
    const walkedOrder = ranked(walked, start);
    const walkedRank = new Map(walkedOrder.map((row, at) => [row, at + 1]));
    const stayed = { evolved: evolved[start] ?? 0, walked: walked[start] ?? 0 };
    const reached = order.map((row, at) => ({
      name: names[row] ?? '',
      evolved: evolved[row] ?? 0,
      walked: walked[row] ?? 0,
      evolvedRank: at + 1,
      walkedRank: walkedRank.get(row) ?? 0,
      rho: isInvalid(correlated.invalid, n, start, row) ? null : (correlated.matrix[start * n + row] ?? 0),
    }));
    return ok({ given, time, reached, stayed, drift });
  },
};
