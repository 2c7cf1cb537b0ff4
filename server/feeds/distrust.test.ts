import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BORNE, CLEAN_MS, Distrust } from './distrust.ts';
import { emptyQuote } from './table.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { FeedRig } from './testing/feed-rig.ts';

describe('whether an instrument is to be believed', () => {
  it('not once more than 20 of its messages were refused within a minute, whenever they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9000), { maxLength: 120 }), (gaps) => {
        const distrust = new Distrust();
        const times: number[] = [];
        let now = 0;
        let expected = false;
        for (const gap of gaps) {
          now += gap;
          times.push(now);
          const isTooMany = times.filter((time) => time > now - 60_000).length > BORNE;
          expect(distrust.refused(now)).toBe(isTooMany && !expected);
          expected ||= isTooMany;
          expect(distrust.isOn).toBe(expected);
        }
      }),
    );
  });

  it('again when its book is in step and nothing was refused for 10 s; both are needed', () => {
    const distrust = new Distrust();
    for (let n = 0; n <= BORNE; n++) distrust.refused(n);
    distrust.look(true, BORNE + CLEAN_MS - 1);
    expect(distrust.isOn).toBe(true);
    distrust.look(false, BORNE + CLEAN_MS);
    expect(distrust.isOn).toBe(true);
    distrust.look(true, BORNE + CLEAN_MS);
    expect(distrust.isOn).toBe(false);
    expect(distrust.refused(BORNE + CLEAN_MS + 1)).toBe(false);
  });
});

describe('an instrument that a person quarantined', () => {
  it('stays so however clean it is, until a person believes it again; what was refused counts by itself', () => {
    const distrust = new Distrust();
    distrust.byHand = true;
    distrust.look(true, 10 * CLEAN_MS);
    expect(distrust.isOn).toBe(true);
    for (let n = 0; n <= BORNE; n++) distrust.refused(n);
    distrust.byHand = false;
    expect(distrust.isOn).toBe(true);
    distrust.look(true, BORNE + CLEAN_MS);
    expect(distrust.isOn).toBe(false);
  });
});

describe('an instrument whose messages are rubbish', () => {
  let venue: FakeVenue;
  let rig: FeedRig;
  beforeEach(async () => {
    venue = await new FakeVenue().start();
    rig = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl });
    rig.feed.start();
    await rig.until('live', () => rig.view.state === 'live');
  });
  afterEach(async () => {
    rig.feed.stop();
    await venue.kill();
  });
  const stateOf = (instrument: number): string => {
    const quote = emptyQuote();
    rig.reader.readQuote(instrument, quote);
    return quote.state;
  };
  const rubbish = (messages: number): void => {
    for (let n = 0; n < messages; n++) venue.send(venue.tradeFrame('AAAUSDT', '0.00', '1'));
  };

  it('is quarantined alone, stays so while its book is built anew, and is live once it is clean', async () => {
    rubbish(BORNE);
    await rig.until('all refused', () => rig.quarantined.length === BORNE);
    expect(stateOf(0)).toBe('live');
    rubbish(1);
    await rig.until('quarantined', () => stateOf(0) === 'quarantined');
    await rig.until('built anew', () => rig.feed.markets[0]?.synced === true);
    expect(stateOf(0)).toBe('quarantined');
    expect(stateOf(1)).not.toBe('quarantined');
    expect(rig.view.sentence).toContain('AAA-USDT is quarantined');
    await rig.until('believed', () => stateOf(0) !== 'quarantined', 60_000);
    expect(['live', 'quiet']).toContain(stateOf(0));
    expect(rig.view.sentence).not.toContain('quarantined');
  });

  it('and a person’s word: quarantined at once and alone, also before it is listed, until it is lifted', async () => {
    rig.feed.distrust(['AAAUSDT']);
    await rig.until('quarantined', () => stateOf(0) === 'quarantined');
    expect(stateOf(1)).not.toBe('quarantined');
    expect(rig.view.sentence).toContain('AAA-USDT is quarantined: a person said so.');
    rig.feed.distrust([]);
    await rig.until('believed', () => stateOf(0) !== 'quarantined');
    const early = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl });
    early.feed.distrust(['AAAUSDT']);
    early.feed.start();
    await early.until('live', () => early.view.state === 'live');
    const quote = emptyQuote();
    await early.until('shown', () => early.reader.readQuote(0, quote) && quote.state !== 'never');
    expect(quote.state).toBe('quarantined');
    early.feed.stop();
  });

  it('is not quarantined for what only came again', async () => {
    const trade = venue.tradeFrame('AAAUSDT', '99.50', '1');
    for (let n = 0; n < BORNE + 10; n++) venue.send(trade);
    await rig.until('all refused', () => rig.view.quarantined === BORNE + 9);
    venue.send(venue.tradeFrame('AAAUSDT', '99.60', '1'));
    await rig.until('the next trade', () => rig.reader.tradeCount(0) === 2);
    expect(stateOf(0)).toBe('live');
  });
});
