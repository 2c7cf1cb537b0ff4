import { krakenFutures } from '../../../server/feeds/dialects/kraken-futures.ts';
import type { Levels } from '../../../server/feeds/market-message.ts';
import { readRecorded } from '../../../server/feeds/testing/recorded.ts';
import { PlainReader } from '../plain.ts';
import { framesOf, listed, prolonged, type RecordedFrames } from '../recorded.ts';
import type { RecordedVenue } from '../venue.ts';

const SYMBOL = 'PI_ETHUSD';
const IDS = /("seq":)(\d+)/g;

interface Level {
  readonly price: number;
  readonly qty: number;
}
type PlainFrame = { readonly seq: number } & (
  | ({ readonly feed: 'trade'; readonly side: 'buy' | 'sell' } & Level)
  | ({ readonly feed: 'book'; readonly side: 'buy' | 'sell' } & Level)
  | { readonly feed: 'book_snapshot'; readonly bids: readonly Level[]; readonly asks: readonly Level[] }
);

class KrakenFuturesPlain extends PlainReader {
  override frame(bytes: Buffer): void {
    const frame = JSON.parse(bytes.toString('utf8')) as PlainFrame;
    if (frame.feed === 'trade') {
      if (frame.seq > Number(this.last.id)) {
        this.trade(frame.seq, frame.price, frame.qty, frame.side === 'sell');
      }
      return;
    }
    if (frame.feed === 'book_snapshot') {
      this.#fill(this.bids, frame.bids);
      this.#fill(this.asks, frame.asks);
      this.take(frame.seq, true);
      return;
    }
    this.follows(frame.seq - 1);
    this.#fill(this.bids, frame.side === 'buy' ? [frame] : []);
    this.#fill(this.asks, frame.side === 'sell' ? [frame] : []);
    this.take(frame.seq, false);
  }

  #fill(levels: Levels, rows: readonly Level[]): void {
    levels.clear();
    for (const { price, qty } of rows) levels.push(this.ticks(price), this.lots(qty));
  }
}

/** Half a minute of 2021. */
export const krakenFuturesVenue: RecordedVenue = {
  dialect: krakenFutures,
  read: readKrakenFutures,
  plain: (instrument) => new KrakenFuturesPlain(instrument, krakenFutures.rules),
  ccxt: {
    id: 'krakenfutures',
    symbol: 'ETH/USD:ETH',
    url: 'wss://futures.kraken.com/ws/v1',
    contractSize: 1,
  },
};

function readKrakenFutures(): RecordedFrames {
  const { bodies, frames } = readRecorded('ws-cryptofeed', 'KRAKEN_FUTURES.jsonl.gz');
  const of = (feed: string): string[] =>
    frames.filter((text) => text.startsWith(`{"feed":"${feed}","product_id":"${SYMBOL}"`));
  const [list = '{}'] = bodies.values();
  return framesOf(
    listed(krakenFutures, todaysList(list), SYMBOL),
    [...of('book_snapshot'), ...of('book')],
    prolonged(of('trade_snapshot').flatMap(tradesOf), IDS),
  );
}

/** Hardly any trade came in that half minute: the hundred before it, oldest first, each as the frame it was. */
function tradesOf(snapshot: string): string[] {
  return (/"trades":\[(.*)\]/.exec(snapshot)?.[1] ?? '')
    .split(/(?<=\}),/)
    .filter((text) => text !== '')
    .reverse();
}

/** What the list has told since. */
function todaysList(text: string): unknown {
  const list = JSON.parse(text) as { instruments: { symbol: string }[] };
  const instruments = list.instruments.map((entry) => {
    const [, base = '', quote = ''] = /_(.+)(usd)/.exec(entry.symbol) ?? [];
    return {
      ...entry,
      base: base.toUpperCase(),
      quote: quote.toUpperCase(),
      contractValueTradePrecision: 0,
    };
  });
  return { ...list, instruments };
}
