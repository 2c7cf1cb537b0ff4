import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { VenueId } from '../../protocol/units.ts';
import { setupsOf } from './feeds.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-setups-'));
afterAll(() => rmSync(folder, { recursive: true }));

const feed = (id: string) => ({
  id: id as VenueId,
  name: `The ${id}`,
  dialect: 'binance-spot',
  restUrl: 'http://x',
  wsUrl: 'ws://x',
  symbols: 'all' as const,
  simulated: true,
});
type Config = Parameters<typeof setupsOf>[0];
const config = (replay: Config['replay']): Config => ({
  feeds: [feed('sim'), feed('other')],
  origins: { data: replay ? 'REPLAY' : 'SIM', orders: 'SIM' },
  venue: { feed: 'sim' as VenueId } as Config['venue'],
  replay,
});

const spot = resolve('config/captures/sim-60s.jsonl.gz');
const usdm = join(folder, 'usdm.jsonl');
const frame = { stream: 'btcusdt@depth', data: { s: 'BTCUSDT', U: 1, u: 2, pu: 0, b: [], a: [] } };
writeFileSync(usdm, `1723161253000000000 ${JSON.stringify(frame)}\n`);

async function venues(replay: Config['replay']) {
  const setups = await setupsOf(config(replay));
  if (!setups.ok) return setups.error.sentence;
  return setups.value.map(({ venue, replay: played }) => [venue.id, venue.name, venue.dialect, played?.file]);
}

describe('which feeds a server runs', () => {
  it('live: those of the configuration', async () => {
    expect(await venues(null)).toEqual([
      ['sim', 'The sim', 'binance-spot', undefined],
      ['other', 'The other', 'binance-spot', undefined],
    ]);
  });

  it('one capture takes the place of the account’s own feed', async () => {
    expect(await venues({ files: [spot], speed: 1 })).toEqual([['sim', 'The sim', 'binance-spot', spot]]);
  });

  it('several captures are each a venue of their own, told apart', async () => {
    expect(await venues({ files: [spot, usdm, spot], speed: 1 })).toEqual([
      ['binance-spot', 'Binance spot', 'binance-spot', spot],
      ['binance-usdm', 'Binance USD-M', 'binance-usdm', usdm],
      ['binance-spot-2', 'Binance spot 2', 'binance-spot', spot],
    ]);
  });

  it('one that is no capture is named', async () => {
    const broken = join(folder, 'broken.jsonl');
    writeFileSync(broken, 'hello\n');
    expect(await venues({ files: [spot, broken], speed: 1 })).toContain(`${broken}, line 1: neither`);
    writeFileSync(broken, '{"t":"header"}\n');
    expect(await venues({ files: [spot, broken], speed: 1 })).toBe(`${broken} holds no market data.`);
  });
});
