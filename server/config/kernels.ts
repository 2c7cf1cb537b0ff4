import { z } from 'zod';

const whole = (least: number, most: number) =>
  z
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const share = z.number('must be a number').gt(0, 'must be above 0').lt(1, 'must be below 1');

/**
 * `[kernels]`: what the server itself computes of the market, whether a console is open or not. An alarm is
 * off where it is not given.
 */
export const kernelsSchema = z.strictObject({
  enabled: z.boolean({ error: 'must be true or false' }).default(true),
  every_seconds: whole(5, 3600).default(30),
  /** Rows: what is held first, then in the order of the list. */
  instruments: whole(3, 256).default(64),
  /** 1 s returns that structure and cascade are of. */
  window: whole(120, 3600).default(900),
  /** Instruments whose correlation reaches it along a path of the tree are one cluster. */
  cluster_correlation: share.default(0.5),
  alarms: z
    .strictObject({
      /** The mean correlation changed, and chance makes it so with no more than this probability. */
      correlation_shock_p: share.optional(),
      /** P(three in four of its neighbours fall | the instrument that fell most falls). */
      cascade_probability: share.optional(),
      /** P(wild) of the market's own volatility. */
      volatility_probability: share.optional(),
      flash_crash: z.boolean({ error: 'must be true or false' }).default(false),
      co_exceedance: z.boolean({ error: 'must be true or false' }).default(false),
    })
    .prefault({}),
});

/** What the server's own kernels are told. */
export interface KernelsConfig {
  readonly enabled: boolean;
  readonly everySeconds: number;
  readonly instruments: number;
  readonly window: number;
  readonly clusterCorrelation: number;
  /** Null: that alarm is off. */
  readonly alarms: {
    readonly correlationShockP: number | null;
    readonly cascadeProbability: number | null;
    readonly volatilityProbability: number | null;
    readonly flashCrash: boolean;
    readonly coExceedance: boolean;
  };
}

export function kernelsOf(table: z.infer<typeof kernelsSchema>): KernelsConfig {
  const { enabled, every_seconds, instruments, window, cluster_correlation, alarms } = table;
  return {
    enabled,
    everySeconds: every_seconds,
    instruments,
    window,
    clusterCorrelation: cluster_correlation,
    alarms: {
      correlationShockP: alarms.correlation_shock_p ?? null,
      cascadeProbability: alarms.cascade_probability ?? null,
      volatilityProbability: alarms.volatility_probability ?? null,
      flashCrash: alarms.flash_crash,
      coExceedance: alarms.co_exceedance,
    },
  };
}
