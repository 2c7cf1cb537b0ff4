import { afterEach, expect, it } from 'vitest';
import { seeded } from '../testing/seeded.ts';
import { MAX_FRAME_BYTES } from './json.ts';
import { MONSTERS, mangled, noise, truncated, turned } from './testing/damage.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { FeedRig } from './testing/feed-rig.ts';

let venue: FakeVenue | null = null;
let rig: FeedRig | null = null;
afterEach(async () => {
  rig?.feed.stop();
  await venue?.kill();
});

async function live(): Promise<{ readonly venue: FakeVenue; readonly rig: FeedRig }> {
  venue = await new FakeVenue().start();
  rig = new FeedRig({ restUrl: venue.restUrl, wsUrl: venue.wsUrl, symbols: ['AAAUSDT'] });
  rig.feed.start();
  const { feed } = rig;
  await rig.until('live', () => feed.view().state === 'live');
  return { venue, rig };
}

it('a venue that sends rubbish beside its data is counted, kept and read on', async () => {
  const { venue, rig } = await live();
  const random = seeded(20_261_121);
  const good = venue.tradeFrame('AAAUSDT', '100.00', '1.000');
  const rubbish = [
    ...Array.from({ length: 50 }, () => truncated(good, random)),
    ...Array.from({ length: 50 }, () => noise(random, 100)),
    ...Object.values(MONSTERS).map((monster) => monster()),
  ];
  for (const frame of rubbish) for (const socket of venue.sockets) socket.send(frame, { binary: false });
  // Each of these is refused, or no matter.
  for (const damage of [mangled, turned]) {
    for (let count = 0; count < 50; count++) venue.send(damage(good, random));
  }
  const { frames } = rig.view;
  venue.send(venue.tradeFrame('AAAUSDT', '100.00', '2.000'));
  const expected = frames + rubbish.length + 101;
  await rig.until('all of it was read', () => rig.view.frames >= expected);
  expect(rig.view).toMatchObject({ state: 'live', reconnects: 0, resyncs: 0 });
  expect(rig.view.quarantined).toBeGreaterThanOrEqual(rubbish.length);
  expect(new Set(rig.quarantined.map(({ code }) => code)).size).toBeGreaterThan(0);
  expect(rig.feed.markets[0]?.counts.trades).toBeGreaterThanOrEqual(1);
});

it('a frame larger than any ends its connection before it is read, and another one takes over', async () => {
  const { venue, rig } = await live();
  venue.send(' '.repeat(MAX_FRAME_BYTES + 1));
  await rig.until('connected anew', () => rig.view.reconnects === 1 && rig.view.state === 'live');
  expect(rig.views.map(({ sentence }) => sentence).join()).toContain('Max payload size exceeded');
  expect(rig.view.quarantined).toBe(0);
});
