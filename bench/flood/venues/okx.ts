import { okx } from '../../../server/feeds/dialects/okx.ts';
import type { Sides } from '../market.ts';
import { COINS, bestOf, listedOf, type FloodMarket, type FloodVenue, type Listed } from '../venue.ts';
import { template } from '../wire.ts';

const symbols = COINS.map((coin) => `${coin}-USDT`);
const answer = (data: readonly unknown[]): unknown => ({ code: '0', data });
const list = answer(
  COINS.map((coin) => ({
    instId: `${coin}-USDT`,
    baseCcy: coin,
    quoteCcy: 'USDT',
    tickSz: '0.01',
    lotSz: '0.001',
    minSz: '0.001',
    state: 'live',
  })),
);

export const okxVenue = (): FloodVenue => ({
  dialect: okx,
  symbols,
  markets: listedOf(okx, [list], symbols).map(marketOf),
  rest(path, _query, now) {
    if (path === '/api/v5/public/instruments') return list;
    if (path === '/api/v5/public/time') return answer([{ ts: String(now) }]);
    return path.endsWith('candles') ? answer([]) : null;
  },
  asked(text) {
    if (text === 'ping') return { answers: ['pong'], begins: [] };
    const { op, args } = JSON.parse(text) as {
      op: string;
      args: readonly { readonly channel: string; readonly instId: string }[];
    };
    return {
      answers: args.map((arg) => JSON.stringify({ event: op, arg, connId: 'c0' })),
      begins: args.flatMap(({ channel, instId }) =>
        op === 'subscribe' && channel === 'books' ? [symbols.indexOf(instId)] : [],
      ),
    };
  },
});

function marketOf(listed: Listed): FloodMarket {
  const { symbol } = listed;
  const head = (channel: string): string => `{"arg":{"channel":"${channel}","instId":"${symbol}"}`;
  const rows = (side: Sides['bids']): string =>
    listed.levels(side, (price, size) => `["${price}","${size}","0","3"]`);
  const book = (action: string, { bids, asks }: Sides, previous: string): string =>
    `${head('books')},"action":"${action}","data":[{"asks":[${rows(asks)}],"bids":[${rows(bids)}],"ts":"<ms>","checksum":0,"seqId":<last>,"prevSeqId":${previous}}]}`;
  return listed.market(
    ({ change, trade: { ticks, lots, isBuy } }, turn) => {
      const trade = template(
        `${head('trades')},"data":[{"instId":"${symbol}","tradeId":"<trade>","px":"${listed.price(ticks)}","sz":"${listed.size(lots)}","side":"${isBuy ? 'buy' : 'sell'}","ts":"<ms>"}]}`,
      );
      return [template(book('update', change, '<previous>'), { step: 5, turn }), trade, trade];
    },
    {
      once: ({ book: sides }) => {
        const [bid, ask] = bestOf(sides);
        return [
          template(
            `${head('tickers')},"data":[{"instId":"${symbol}","bidPx":"${listed.price(bid[0])}","bidSz":"${listed.size(bid[1])}","askPx":"${listed.price(ask[0])}","askSz":"${listed.size(ask[1])}","ts":"<ms>"}]}`,
          ),
        ];
      },
      snapshot: (sides) => template(book('snapshot', sides, '-1')),
    },
  );
}
