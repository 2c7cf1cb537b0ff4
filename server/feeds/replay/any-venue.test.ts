import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { formatPrice } from '../../../protocol/instrument.ts';
import type { Ticks } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import { coinbaseRest } from '../dialects/coinbase-rest.ts';
import { coinbase } from '../dialects/coinbase.ts';
import { record } from '../recording/record.ts';
import { CaptureVenue } from '../testing/capture-venue.ts';
import { haveCaptures, readExpected, readLines } from '../testing/captures.ts';
import { playInto, type ReplayRig } from '../testing/replay-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-any-'));
afterAll(() => rmSync(folder, { recursive: true }));
let played: ReplayRig | null = null;
afterEach(() => played?.stop());

const CAPTURE = 'COINBASE_ADV_first600.jsonl.gz';
const SYMBOLS = ['BTC-USD', 'ETH-USD'];
/** After so many frames of ours everything is subscribed. */
const FRAMES_OF_OURS = 4;

describe.skipIf(!haveCaptures())('a recording of a venue that the replay knows nothing of', () => {
  it('Coinbase, whose books come in the stream: recorded, then replayed to the same books', async () => {
    const lines = readLines('ws-cryptofeed-v3', CAPTURE).flatMap((line) =>
      line === '' ? [] : [JSON.parse(line) as { t: string; data: string }],
    );
    const frames = lines.flatMap(({ t, data }) => (t === 'recv' ? [data] : []));
    const products = lines.find(({ t }) => t === 'http')?.data ?? '';
    const venue = await new CaptureVenue({
      answer: () => [],
      begins: (_, asked) => asked === FRAMES_OF_OURS,
      rest: (path) => (path === coinbaseRest.instruments(SYMBOLS)?.path ? products : null),
      frames: () => frames,
    }).start();
    const out = join(folder, 'coinbase.jsonl.gz');
    const ended = await record(
      {
        ...{ dialect: coinbase, out, minutes: 1, symbols: SYMBOLS, mostBytes: 1e9 },
        ...{ rest: venue.restUrl, ws: venue.wsUrl },
      },
      {
        clock: new SystemClock(),
        version: 'test',
        environment: {},
        say: () => undefined,
        stopped: venue.drained,
      },
    );
    await venue.stop();
    expect(ended).toMatchObject({ ok: true });
    if (ended.ok) expect(ended.value).toContain(`${frames.length} frames`);

    const final = readExpected('ws-cryptofeed-v3')[CAPTURE]?.final_books;
    for (const speed of [Infinity, 10]) {
      const rig = (played = await playInto({ files: [out], speed }));
      await rig.ended(90_000);
      const [{ feed, quarantined }] = rig.rigs;
      expect(quarantined).toEqual([]);
      expect(feed.view()).toMatchObject({ state: 'ended', gaps: 0, reconnects: 0, frames: frames.length });
      for (const { instrument, synced, sync } of feed.markets) {
        const [bid, ask] = [sync.book.bids.best, sync.book.asks.best].map((price) =>
          Number(formatPrice(price as Ticks, instrument)),
        );
        const { best_bid, best_ask } = final?.[instrument.symbol] ?? {};
        expect({ synced, bid, ask }).toEqual({
          synced: true,
          bid: Number(best_bid?.[0]),
          ask: Number(best_ask?.[0]),
        });
      }
      await rig.stop();
    }
  });
});
