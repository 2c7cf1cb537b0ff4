import { crc32 } from 'node:zlib';
import { readLines } from './captures.ts';

type Level = readonly [price: string, size: string, at: string];
interface BookPart {
  readonly as?: readonly Level[];
  readonly bs?: readonly Level[];
  readonly a?: readonly Level[];
  readonly b?: readonly Level[];
  readonly c?: string;
}
type Trade = readonly [price: string, size: string, at: string, side: 'b' | 's', type: 'm' | 'l', string];
interface Ticker {
  readonly a: readonly [string, number, string];
  readonly b: readonly [string, number, string];
}

export interface KrakenCapture {
  /** As WebSocket v2 sends them, in the order of the capture. */
  readonly frames: readonly { readonly channel: string; readonly symbol: string; readonly text: string }[];
  readonly symbols: readonly string[];
  /** Kraken's answer to `AssetPairs`, of these symbols. */
  readonly assetPairs: string;
}

/**
 * Cryptofeed's capture of Kraken's WebSocket v1, its frames rewritten as v2 sends them: another shape,
 * the same numbers digit by digit, so that each checksum of v1 is one of v2. What v1 did not have is
 * made up: a checksum of the snapshots (worked out from the text) and numbers of trades. v1 wrote more
 * decimals than a pair has, so the list of pairs is given those that were written.
 */
export function readKrakenCapture(): KrakenCapture {
  const frames: { channel: string; symbol: string; text: string }[] = [];
  const decimals = new Map<string, number>();
  let tradeId = 0;
  for (const line of readLines('ws-cryptofeed', 'KRAKEN.jsonl.gz')) {
    if (!line.includes('"t":"recv"')) continue;
    const { data } = JSON.parse(line) as { data: string };
    const frame = JSON.parse(data) as unknown[] | { event: string };
    if (!Array.isArray(frame)) {
      if (frame.event === 'heartbeat')
        frames.push({ channel: '', symbol: '', text: '{"channel":"heartbeat"}' });
      continue;
    }
    const symbol = String(frame.at(-1)).replace('XBT', 'BTC');
    const [channel = ''] = String(frame.at(-2)).split('-');
    const add = (type: string, entries: readonly string[]): void => {
      const text = `{"channel":"${channel}","type":"${type}","data":[${entries.join(',')}]}`;
      frames.push({ channel, symbol, text });
    };
    if (channel === 'book') {
      const part = (frame.slice(1, -2) as BookPart[]).reduce((all, one) => ({ ...all, ...one }), {});
      const level = part.as?.[0] ?? part.bs?.[0] ?? part.a?.[0] ?? part.b?.[0];
      decimals.set(symbol, level?.[0].split('.')[1]?.length ?? 0);
      add(part.as ? 'snapshot' : 'update', [bookEntry(symbol, part)]);
    } else if (channel === 'trade') {
      const trades = frame[1] as Trade[];
      add(
        'update',
        trades.map((trade) => tradeEntry(symbol, trade, ++tradeId)),
      );
    } else {
      const { a, b } = frame[1] as Ticker;
      const best = `"bid":${b[0]},"bid_qty":${b[2]},"ask":${a[0]},"ask_qty":${a[2]}`;
      add('update', [`{"symbol":"${symbol}",${best},"last":${a[0]}}`]);
    }
  }
  const pairs = [...decimals].map(([symbol, scale]) => [symbol, assetPair(symbol, scale)]);
  return {
    frames,
    symbols: [...decimals.keys()],
    assetPairs: JSON.stringify({ error: [], result: Object.fromEntries(pairs) as unknown }),
  };
}

function bookEntry(symbol: string, { as, bs, a, b, c }: BookPart): string {
  const asks = as ?? a ?? [];
  const bids = bs ?? b ?? [];
  const checksum = c ?? String(crc32([asks, bids].map(digitsOf).join('')));
  const at =
    [...asks, ...bids]
      .map(([, , seconds]) => seconds)
      .sort()
      .at(-1) ?? '0.0';
  const list = (levels: readonly Level[]): string =>
    levels.map(([price, size]) => `{"price":${price},"qty":${size}}`).join(',');
  return `{"symbol":"${symbol}","bids":[${list(bids)}],"asks":[${list(asks)}],"checksum":${checksum},"timestamp":"${timeText(at)}"}`;
}

/** What the checksum is over, of the ten best levels in the order they are sent. */
const digitsOf = (levels: readonly Level[]): string =>
  levels
    .slice(0, 10)
    .flatMap(([price, size]) => [price, size].map((text) => text.replace('.', '').replace(/^0+/, '')))
    .join('');

function tradeEntry(symbol: string, [price, size, at, side, type]: Trade, id: number): string {
  const taker = side === 'b' ? 'buy' : 'sell';
  const order = type === 'm' ? 'market' : 'limit';
  return `{"symbol":"${symbol}","side":"${taker}","price":${price},"qty":${size},"ord_type":"${order}","trade_id":${id},"timestamp":"${timeText(at)}"}`;
}

function timeText(seconds: string): string {
  const [whole = '0', micros = '0'] = seconds.split('.');
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}.${micros.padEnd(6, '0')}Z`;
}

/** One entry of `AssetPairs`: a pair with so many decimals of its price and eight of its size. */
export function assetPair(symbol: string, decimals: number): Record<string, unknown> {
  return {
    altname: symbol.replace('/', ''),
    wsname: symbol.replace('BTC', 'XBT'),
    pair_decimals: decimals,
    lot_decimals: 8,
    ordermin: '0.0001',
    costmin: '0.5',
    tick_size: (10 ** -decimals).toFixed(decimals),
    status: 'online',
  };
}
