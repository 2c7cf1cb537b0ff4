import { CHANNELS, MISHAPS, type FeedChannel, type FeedQuality } from '../../protocol/feed-quality.ts';
import type { ChannelMeters } from './channel-meters.ts';
import type { Dialect, Reveals } from './dialect.ts';
import { noCounts, type MarketCounts } from './market-counts.ts';

export interface QualityFacts {
  readonly proof: Dialect['proof'];
  readonly reveals: Reveals;
  readonly channels: readonly FeedChannel['channel'][];
  readonly meters: ChannelMeters;
  readonly counts: readonly MarketCounts[];
  readonly refusals: FeedQuality['refusals'];
  readonly paceMs: number;
}

/** The channels that a dialect has: a venue without books has none to be checked. */
export const channelsOf = (rules: Pick<Dialect['rules'], 'snapshots'>): QualityFacts['channels'] =>
  CHANNELS.filter((channel) => channel !== 'book' || rules.snapshots !== 'none');

/** How far a feed's data is to be believed, from what its dialect says of itself and what was counted. */
export function qualityOf(facts: QualityFacts): FeedQuality {
  const { proof, reveals, channels, meters, counts, refusals, paceMs } = facts;
  const sum = noCounts();
  for (const each of counts) {
    for (const name of Object.keys(sum) as (keyof MarketCounts)[]) sum[name] += each[name];
  }
  return {
    proof,
    channels: channels.map((channel) => ({
      channel,
      ...meters.read(channel, paceMs),
      reveals: revealed(reveals[channel]),
    })),
    checks: {
      chained: sum.chained,
      checksums: sum.checked,
      checksumsFailed: sum.failed,
      compared: sum.compared,
      differed: sum.differed,
    },
    refusals,
  };
}

function revealed(means: Reveals[FeedChannel['channel']]): FeedChannel['reveals'] {
  const [dropped, doubled, swapped, changed] = MISHAPS.map((mishap) => means[mishap] ?? null);
  return {
    dropped: dropped ?? null,
    doubled: doubled ?? null,
    swapped: swapped ?? null,
    changed: changed ?? null,
  };
}
