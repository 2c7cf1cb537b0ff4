import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import { binanceSpot } from '../dialects/binance-spot.ts';
import { lineOf } from '../recording/format.ts';
import { packMember } from '../recording/members.ts';
import { record } from '../recording/record.ts';
import type { Market } from '../market.ts';
import { FakeVenue } from '../testing/fake-venue.ts';
import { playInto, type ReplayRig } from '../testing/replay-rig.ts';
import { readLines } from './lines.ts';
import { startReplay, type Replay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-recorded-'));
const file = join(folder, 'fake.jsonl.gz');
afterAll(() => rmSync(folder, { recursive: true }));
let played: ReplayRig | null = null;
afterEach(async () => {
  await played?.stop();
  played = null;
});

const whatIs = ({ instrument, synced, counts, sync }: Market) => ({
  symbol: instrument.symbol,
  synced,
  trades: counts.trades,
  differed: counts.differed,
  update: sync.book.lastUpdate,
  best: [sync.book.bids.best, sync.book.bids.bestSize, sync.book.asks.best, sync.book.asks.bestSize],
});

/** What the fake venue did while it was recorded. */
let trueBooks: ReturnType<typeof whatIs>[] = [];

beforeAll(async () => {
  const venue = await new FakeVenue().start();
  const { restUrl: rest, wsUrl: ws } = venue;
  let [said, sold] = [0, 0];
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  await record(
    {
      dialect: binanceSpot,
      out: file,
      minutes: 1,
      symbols: ['BBBUSDT', 'AAAUSDT'],
      rest,
      ws,
      mostBytes: 1e9,
    },
    {
      clock: new SystemClock(),
      version: 'test',
      environment: {},
      stopped,
      say: (line) => {
        said += 1;
        if (said === 3) for (const socket of venue.sockets) socket.close();
        if (said === 3 || !line.endsWith('live')) return;
        if (sold === 3) {
          stop();
          return;
        }
        sold += 1;
        for (const socket of venue.sockets) {
          for (const symbol of ['AAAUSDT', 'BBBUSDT']) {
            socket.send(venue.change(symbol, [{ price: `99.6${sold}`, size: `1.00${sold}` }]));
            socket.send(venue.tradeFrame(symbol, '99.80', '0.500'));
          }
        }
      },
    },
  );
  await venue.kill();
  trueBooks = ['BBBUSDT', 'AAAUSDT'].map((symbol) => ({
    symbol,
    synced: true,
    trades: sold,
    differed: 0,
    update: venue.books.get(symbol)?.update ?? 0,
    best: [9960 + sold, 1000 + sold, 10050, 1000],
  }));
});

async function listed({ venues: [{ restUrl, symbols, dialect }] }: Replay): Promise<Instrument[]> {
  const call = dialect.rest.instruments(symbols);
  if (!call) throw new Error('the dialect asks for no list');
  const { path, query } = call;
  const answer = await fetch(`${restUrl}${path}?${new URLSearchParams(query).toString()}`);
  const listing = dialect.rest.readInstruments(await answer.json(), symbols, 'x' as VenueId);
  if (!listing.ok) throw new Error(listing.error.sentence);
  return [...listing.value.instruments];
}

describe('a recording of ours, replayed', () => {
  it.each([Infinity, 50, 5])(
    'at speed %d it ends as it was: every book, every trade, each reconnect',
    async (speed) => {
      const rig = (played = await playInto({ files: [file], speed }));
      await rig.ended(90_000);
      const [{ feed, instruments, quarantined }] = rig.rigs;
      expect(instruments.map(({ symbol }) => symbol)).toEqual(['BBBUSDT', 'AAAUSDT']);
      // The last answer may still be on its way when the last frame has been read.
      await rig.rigs[0].until('in step', () => feed.markets.every(({ synced }) => synced));
      expect(feed.markets.map(whatIs)).toEqual(trueBooks);
      expect(quarantined).toEqual([]);
      expect(feed.view()).toMatchObject({ state: 'ended', reconnects: 1, gaps: 0 });
      expect(rig.replay.venues[0]).toMatchObject({ id: 'binance-spot', name: 'Binance spot', remark: '' });
    },
  );

  it('torn in its last second, it plays what is whole and says so', async () => {
    const torn = join(folder, 'torn.jsonl.gz');
    writeFileSync(torn, readFileSync(file).subarray(0, -5));
    const rig = (played = await playInto({ files: [torn], speed: 5 }));
    await rig.ended(90_000);
    expect(rig.replay.venues[0].remark).toMatch(/^The recording was torn off at its end: its last \d+ bytes/);
    expect(rig.rigs[0].views.some(({ sentence }) => sentence.includes('torn off at its end'))).toBe(true);
  });

  it('a feed that comes back by itself is told again that it is subscribed, then what follows', async () => {
    const started = await startReplay({ files: [file], speed: 1 }, new SystemClock());
    if (!started.ok) throw new Error(started.error.sentence);
    const [{ wsUrl }] = started.value.venues;
    const subscribe = binanceSpot.lines('', await listed(started.value))[0]?.subscribe[0]?.text ?? '';
    const connect = async (): Promise<{ socket: WebSocket; first: string }> => {
      const socket = new WebSocket(`${wsUrl}/stream`);
      await once(socket, 'open');
      socket.send(subscribe);
      const [bytes] = (await once(socket, 'message')) as [Buffer];
      return { socket, first: bytes.toString() };
    };
    const before = await connect();
    before.socket.terminate();
    const after = await connect();
    expect(JSON.parse(after.first)).toEqual({ result: null, id: 1 });
    expect(JSON.parse(String((await once(after.socket, 'message'))[0]))).toHaveProperty('stream');
    after.socket.terminate();
    await started.value.stop();
  });

  it('what was not asked then is refused in a sentence', async () => {
    const rig = (played = await playInto({ files: [file], speed: 5 }));
    const [{ restUrl }] = rig.replay.venues;
    const answer = await fetch(`${restUrl}/api/v3/avgPrice?symbol=AAAUSDT`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      sentence: 'The recording has no answer to this: it was not asked.',
    });
    const strange = await fetch(`${restUrl}/api/v3/exchangeInfo`, { headers: { origin: 'http://x' } });
    expect(strange.status).toBe(403);
  });

  it('a line that is none is refused with its number', async () => {
    const lines = [];
    for await (const line of readLines(file)) lines.push(line);
    lines.splice(3, 0, '{"t":"recv"}');
    const broken = join(folder, 'broken.jsonl.gz');
    writeFileSync(broken, await packMember(Buffer.from(`${lines.join('\n')}\n`)));
    await expect(playInto({ files: [broken], speed: 1 })).rejects.toThrow(
      `${broken}, line 4: no record of a recording.`,
    );
  });

  it('a recording without a frame, or of a dialect that nobody speaks, is refused', async () => {
    const header = {
      ...({ t: 'header', format: 1, venue: 'x', name: 'X', dialect: 'binance-spot' } as const),
      ...({ symbols: 'all', rest: 'http://x', ws: 'ws://x', recorder: '1', clock: null } as const),
    };
    const empty = join(folder, 'empty.jsonl.gz');
    writeFileSync(empty, await packMember(Buffer.from(`${lineOf.header(header)}\n`)));
    await expect(playInto({ files: [empty], speed: 1 })).rejects.toThrow(`${empty} holds no market data.`);
    writeFileSync(empty, await packMember(Buffer.from(`${lineOf.header({ ...header, dialect: 'none' })}\n`)));
    await expect(playInto({ files: [empty], speed: 1 })).rejects.toThrow('No feed speaks "none".');
  });
});
