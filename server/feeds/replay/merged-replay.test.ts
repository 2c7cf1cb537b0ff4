import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../clock.ts';
import { capturesFolder, haveCaptures, readExpected } from '../testing/captures.ts';
import { playInto, type ReplayRig } from '../testing/replay-rig.ts';
import { startReplay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-merged-'));
afterAll(() => rmSync(folder, { recursive: true }));
let played: ReplayRig | null = null;
afterEach(async () => {
  await played?.stop();
  played = null;
});

const START = 1_723_161_253_000;

/** One trade a second from `from` to `to` seconds, and a book. */
function capture(name: string, from: number, to: number): string {
  const file = join(folder, `${name}.jsonl`);
  const lines = [];
  for (let second = from; second <= to; second++) {
    const at = START + second * 1000;
    const trade = {
      e: 'trade',
      E: at,
      s: 'XYZUSDT',
      t: second + 1,
      p: '9.96',
      q: '0.50',
      T: at,
      m: false,
      M: true,
    };
    lines.push(`${at}000000 ${JSON.stringify({ stream: 'xyzusdt@trade', data: trade })}`);
    const book = { lastUpdateId: 7, bids: [['9.90', '1.00']], asks: [['10.10', '1.25']] };
    if (second === from) lines.push(`${at}000001 ${JSON.stringify(book)}`);
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

describe('captures played together', () => {
  it('are venues of their own on one clock; each ends at its own end', async () => {
    const files = [capture('long', 0, 8), capture('late', 4, 6)];
    const rig = (played = await playInto({ files, speed: 8 }));
    const [long, late] = rig.rigs;
    if (!late) throw new Error('no second venue');
    expect(rig.replay.venues.map(({ id, name }) => [id, name])).toEqual([
      ['binance-spot', 'Binance spot'],
      ['binance-spot-2', 'Binance spot 2'],
    ]);
    const trades = (of: typeof long): number => of.feed.markets[0]?.counts.trades ?? 0;
    await late.until('the later one trades', () => trades(late) > 0);
    // Not before the first is there too.
    expect(trades(long)).toBeGreaterThanOrEqual(4);
    await late.until('the shorter one ends', () => late.feed.view().state === 'ended');
    expect(long.feed.view().state).not.toBe('ended');
    expect(trades(late)).toBe(3);
    await rig.ended(90_000);
    expect(trades(long)).toBe(9);
    // A venue has ended with its last frame; the clock of all of them comes to its end a moment later.
    for (const { until, view } of [long, late].map((each) => ({
      until: each.until.bind(each),
      view: () => each.feed.view(),
    }))) {
      await until('the clock’s end', () => view().replay?.progress === 1);
      expect(view().replay).toEqual({ progress: 1, speed: 8, ended: true });
    }
  });

  it('of different days are refused with both names', async () => {
    const files = [capture('monday', 0, 1), capture('tuesday', 86_400, 86_401)];
    const started = await startReplay({ files: files.reverse(), speed: 1 }, new SystemClock());
    expect(started).toMatchObject({
      ok: false,
      error: {
        code: 'captures-apart',
        sentence: "tuesday.jsonl begins 24 h after monday.jsonl ends: they can't be played together.",
      },
    });
  });
});

describe.skipIf(!haveCaptures())('three venues of one night, 2024-08-08', () => {
  it(
    'spot, USD-M and COIN-M each end with every link and their own final book',
    { timeout: 120_000 },
    async () => {
      const names = ['spot_btcusdt', 'usdm_btcusdt', 'cm_btcusd_perp'].map((name) => `${name}_20240808.gz`);
      const files = names.map((name) => join(capturesFolder, 'ws-binance', name));
      const rig = (played = await playInto({ files, speed: Infinity }));
      await rig.ended(110_000);
      const expected = readExpected('ws-binance');
      for (const [at, { feed, quarantined }] of rig.rigs.entries()) {
        const { seq_ok, channels, bbo_match } = expected[names[at] ?? ''] ?? {};
        const [market] = feed.markets;
        expect({ name: names[at], ...feed.view() }).toMatchObject({ state: 'ended', gaps: 0, reconnects: 0 });
        expect(market?.counts).toMatchObject({ chained: seq_ok, differed: 0 });
        // While a book is fetched anew it is not compared.
        if (feed.view().resyncs === 0) expect(market?.counts.compared).toBe(bbo_match);
        expect(market?.counts.tickers).toBe(channels?.['bookTicker']);
        expect(quarantined).toEqual([]);
      }
      expect(rig.replay.venues.map(({ id }) => id)).toEqual([
        'binance-spot',
        'binance-usdm',
        'binance-coinm',
      ]);
    },
  );
});
