import { alpaca } from '../../../server/feeds/dialects/alpaca.ts';
import { COINS, bestOf, listedOf, type FloodMarket, type FloodVenue, type Listed } from '../venue.ts';
import { template } from '../wire.ts';

export const alpacaVenue = (): FloodVenue => ({
  dialect: alpaca,
  symbols: COINS,
  path: '/v2/iex',
  greeting: ['[{"T":"success","msg":"connected"}]', '[{"T":"success","msg":"authenticated"}]'],
  markets: listedOf(alpaca, null, COINS).map(marketOf),
  rest: () => null,
  asked(text) {
    const { trades, quotes } = JSON.parse(text) as { trades: readonly string[]; quotes: readonly string[] };
    return {
      answers: [JSON.stringify([{ T: 'subscription', trades, quotes }])],
      begins: COINS.map((_, at) => at),
    };
  },
});

/** Two quotes and two trades a frame. */
function marketOf(listed: Listed): FloodMarket {
  const { symbol } = listed;
  return listed.market(({ book, trade: { ticks, lots } }) => {
    const [[bid, bidSize], [ask, askSize]] = bestOf(book);
    const quote = `{"T":"q","S":"${symbol}","bx":"U","bp":${listed.price(bid)},"bs":${listed.size(bidSize)},"ax":"Q","ap":${listed.price(ask)},"as":${listed.size(askSize)},"c":["R"],"z":"C","t":"<iso>"}`;
    const trade = `{"T":"t","i":<trade>,"S":"${symbol}","x":"D","p":${listed.price(ticks)},"s":${listed.size(lots)},"t":"<iso>","c":["@"],"z":"C"}`;
    return [template(`[${quote},${trade},${quote},${trade}]`, { messages: 4 })];
  }, {});
}
