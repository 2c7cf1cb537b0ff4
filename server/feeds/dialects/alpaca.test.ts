import { afterEach, describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { secretHeadersOf } from '../secret-headers.ts';
import { emptyQuote } from '../table.ts';
import { ALPACA_KEYS, AlpacaServer } from '../testing/alpaca-server.ts';
import { Collected, type Told } from '../testing/collected.ts';
import { FeedRig } from '../testing/feed-rig.ts';
import { alpaca } from './alpaca.ts';

function listed(symbols: readonly string[] | 'all'): readonly Instrument[] | string {
  const listing = alpaca.rest.readInstruments(null, symbols, 'alpaca' as VenueId);
  return listing.ok ? listing.value.instruments : listing.error.sentence;
}
const instruments = listed(['AAPL', 'BRK.B']) as readonly Instrument[];
const told = (frame: string): Told[] => new Collected().of(alpaca.decoder(instruments), frame);

const TRADE = `{"T":"t","i":96921,"S":"AAPL","x":"D","p":126.5500,"s":100,"t":"2021-02-22T15:51:44.208123456Z","c":["@","I"],"z":"C"}`;
const QUOTE = `{"T":"q","S":"AAPL","bx":"U","bp":126.54,"bs":3,"ax":"Q","ap":126.5501,"as":1,"c":["R"],"z":"C","t":"2021-02-22T15:51:45.335689322Z"}`;

describe('Alpaca’s messages', () => {
  it('trades and quotes are read exactly, several in a frame', () => {
    expect(told(`[${TRADE},${QUOTE}]`)).toEqual([
      [
        'take',
        'trade',
        {
          instrument: 0,
          eventAt: 1_614_009_104_208_123,
          tradeId: 96_921 * 26 + 3,
          price: 1_265_500,
          size: 100,
          aggressor: 2,
        },
      ],
      [
        'take',
        'ticker',
        {
          instrument: 0,
          eventAt: 1_614_009_105_335_689,
          lastUpdate: 0,
          bid: 1_265_400,
          bidSize: 3,
          ask: 1_265_501,
          askSize: 1,
        },
      ],
    ]);
  });

  it('one id at two exchanges is two trades', () => {
    const ids = ['D', 'P'].map((exchange) => told(`[${TRADE.replace('"D"', `"${exchange}"`)}]`)[0]?.[2]);
    expect(new Set(ids.map((message) => (message as { tradeId: number }).tradeId)).size).toBe(2);
  });

  it.each([
    ['a tenth of a tick', TRADE.replace('126.5500', '126.55001'), 'off-tick'],
    ['a price as a float has it', TRADE.replace('126.5500', '1.2655e2'), 'not-a-decimal'],
    ['another share', TRADE.replace('AAPL', 'MSFT'), 'unknown-symbol'],
    ['no time', TRADE.replace('"t":"2021', '"u":"2021'), 'schema'],
    ['a local time', TRADE.replace('456Z', '456-05:00'), 'schema'],
    ['an id that is none', TRADE.replace('96921', '1.5'), 'schema'],
    ['no price', QUOTE.replace('"bp"', '"bq"'), 'schema'],
    ['no type', '{"S":"AAPL"}', 'schema'],
  ])('%s is refused, and what is beside it is taken', (_, message, code) => {
    expect(told(`[${message},${QUOTE}]`)).toMatchObject([
      ['refused', { code }],
      ['take', 'ticker', {}],
    ]);
  });

  it('corrections and cancels are passed over, what nobody asked for is refused', () => {
    expect(told('[{"T":"c","S":"AAPL"},{"T":"x","S":"AAPL"},{"T":"success","msg":"connected"}]')).toEqual([]);
    expect(told('[{"T":"b","S":"AAPL"}]')).toMatchObject([['refused', { code: 'unknown-stream' }]]);
  });

  it('an error says what to do about it', () => {
    expect(told('[{"T":"error","code":406,"msg":"connection limit exceeded"}]')).toEqual([
      [
        'reply',
        null,
        {
          code: 'subscription',
          sentence:
            'Alpaca allows this key one connection, and another program holds it: end that one. (406)',
        },
      ],
    ]);
    expect(told('[{"T":"error","code":500,"msg":"internal error"}]')).toMatchObject([
      ['reply', null, { sentence: 'Alpaca refused: internal error. (500)' }],
    ]);
  });

  it('its shares are those that are configured', () => {
    expect(instruments.map(({ symbol, name, quote }) => [symbol, name, quote])).toEqual([
      ['AAPL', 'AAPL', 'USD'],
      ['BRK.B', 'BRK.B', 'USD'],
    ]);
    expect(listed('all')).toBe('Alpaca lists no symbols: name the ones that are wanted.');
    expect(listed(['aapl'])).toBe('"aapl" is not a symbol of a US share.');
  });

  it('its data gives nothing away, and says so', () => {
    expect(alpaca.reveals).toEqual({ book: {}, ticker: {}, trades: {} });
  });
});

describe('Alpaca’s secrets', () => {
  it('come from the environment, into headers', () => {
    expect(
      secretHeadersOf(alpaca, { CWTS_ALPACA_KEY: 'test-key', CWTS_ALPACA_SECRET: 'test-secret' }),
    ).toEqual({
      ok: true,
      value: ALPACA_KEYS,
    });
  });

  it('are asked for by name when they are missing; other venues need none', () => {
    expect(secretHeadersOf(alpaca, { CWTS_ALPACA_KEY: 'test-key' })).toMatchObject({
      ok: false,
      error: {
        code: 'secret-missing',
        sentence:
          'Alpaca needs the secret alpaca-secret: set CWTS_ALPACA_SECRET, or the systemd credential cwts.alpaca-secret.',
      },
    });
    expect(secretHeadersOf({ name: 'Public' }, {})).toEqual({ ok: true, value: {} });
  });
});

describe('Alpaca as a feed', () => {
  let server: AlpacaServer | null = null;
  let rig: FeedRig | null = null;
  afterEach(async () => {
    rig?.feed.stop();
    await server?.stop();
  });
  async function start(changes: { headers?: Record<string, string>; isTaken?: boolean } = {}) {
    const venue = (server = await new AlpacaServer().start());
    venue.isTaken = changes.isTaken ?? false;
    const mine = (rig = new FeedRig({
      dialect: alpaca,
      symbols: ['AAPL', 'BRK.B'],
      headers: changes.headers ?? ALPACA_KEYS,
      restUrl: 'http://127.0.0.1:9',
      wsUrl: venue.url,
    }));
    mine.feed.start();
    return { venue, mine };
  }

  it('is live without a book: its quotes are the best bid and offer, and stale once it is gone', async () => {
    const { venue, mine } = await start();
    await mine.until('live', () => mine.view.state === 'live');
    expect(mine.view.sentence).not.toMatch(/book/);
    const quote = emptyQuote();
    venue.send(QUOTE, TRADE);
    await mine.until('a quote', () => mine.reader.readQuote(0, quote) && quote.last > 0);
    expect(quote).toMatchObject({
      state: 'live',
      bid: 1_265_400,
      bidSize: 3,
      ask: 1_265_501,
      askSize: 1,
      last: 1_265_500,
    });
    expect(mine.feed.markets.map(({ state }) => state)).toEqual(['live', 'never']);
    expect(mine.quarantined).toEqual([]);
    venue.drop();
    await mine.until('stale', () => mine.reader.readQuote(0, quote) && quote.state === 'stale');
    // The secrets travel in headers alone.
    expect(venue.received.join()).not.toMatch(/test-(key|secret)/);
  });

  it('says that another program holds its one connection, and does not ask again at once', async () => {
    const { venue, mine } = await start({ isTaken: true });
    await mine.until('down', () => mine.view.state === 'down');
    expect(mine.view.sentence).toContain('another program holds it');
    await mine.until('it waits', () => mine.views.filter(({ state }) => state === 'down').length > 2);
    expect(venue.tried).toBe(1);
  });

  it('says that its key is wrong', async () => {
    const { mine } = await start({ headers: { ...ALPACA_KEYS, 'APCA-API-KEY-ID': 'other' } });
    await mine.until('down', () => mine.view.state === 'down');
    expect(mine.view.sentence).toContain('does not accept the key');
    expect(mine.view.sentence).not.toContain('test-secret');
  });
});
