import { describe, expect, it } from 'vitest';
import { feedQualitySchema, MISHAPS } from '../../protocol/feed-quality.ts';
import { ChannelMeters } from './channel-meters.ts';
import { dialects } from './dialects/index.ts';
import { channelsOf, qualityOf } from './feed-quality.ts';
import { noCounts } from './market-counts.ts';

describe('what a feed says of its own data', () => {
  it.each(dialects.map((dialect) => [dialect.id, dialect] as const))(
    '%s: every channel it has, and by what each mishap shows',
    (_, { proof, reveals, rules }) => {
      const quality = qualityOf({
        proof,
        reveals,
        channels: channelsOf(rules),
        meters: new ChannelMeters(0),
        counts: [],
        refusals: [],
        paceMs: 0,
      });
      expect(feedQualitySchema.parse(quality)).toEqual(quality);
      expect(quality.channels.map(({ channel }) => channel)).toEqual(
        rules.snapshots === 'none' ? ['ticker', 'trades'] : ['book', 'ticker', 'trades'],
      );
      for (const { channel, reveals: shown } of quality.channels) {
        for (const mishap of MISHAPS) expect(shown[mishap]).toBe(reveals[channel][mishap] ?? null);
      }
      // What proves a book is a chain or a checksum that the dialect has.
      const means = Object.values(reveals.book);
      if (means.includes('chain')) expect(rules.chain).not.toBe('none');
      if (means.includes('checksum')) expect(rules.checksum).not.toBeNull();
    },
  );

  it('adds up what was checked over all its markets', () => {
    const counts = [
      { ...noCounts(), chained: 5, checked: 3, failed: 1 },
      { ...noCounts(), chained: 2, compared: 9, differed: 4 },
    ];
    const quality = qualityOf({
      proof: 'library',
      reveals: { book: {}, ticker: {}, trades: {} },
      channels: ['book'],
      meters: new ChannelMeters(0),
      counts,
      refusals: [{ code: 'gap', count: 2 }],
      paceMs: 0,
    });
    expect(quality.checks).toEqual({
      chained: 7,
      checksums: 3,
      checksumsFailed: 1,
      compared: 9,
      differed: 4,
    });
    expect(quality.refusals).toEqual([{ code: 'gap', count: 2 }]);
  });
});
