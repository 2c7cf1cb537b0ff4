import { BAR_CAPACITY, BAR_MICROS, type BarSeries } from './bars.ts';
import type { Dialect } from './dialect.ts';
import type { Market } from './market.ts';
import type { RestClient } from './rest.ts';

const PAGE = 1000;

/**
 * Fills the bars from before the start with the venue's 1 s candles: a close of a candle is taken
 * twice, as half ticks; a second without trades in it is unchanged; one without a candle stays
 * invalid. First the newest page of every instrument, then the older ones.
 *
 * `offsetMicros` is the venue's clock less ours. Resolves with what could not be had, in sentences.
 */
export async function prefillBars(
  bars: BarSeries,
  markets: readonly Market[],
  dialect: Dialect,
  rest: RestClient,
  offsetMicros: number,
): Promise<string[]> {
  const faults: string[] = [];
  const before = new Map<Market, number | undefined>(markets.map((market) => [market, undefined]));
  for (let page = 0; page * PAGE < BAR_CAPACITY && before.size > 0; page++) {
    await Promise.all(
      [...before].map(async ([market, to]) => {
        const range = { interval: '1s', limit: PAGE, ...(to === undefined ? {} : { to }) } as const;
        const answer = await rest.get(dialect.rest.candles(market.instrument, range), 'history');
        const candles = answer.ok ? dialect.rest.readCandles(answer.value.json, market.instrument) : answer;
        if (!candles.ok) {
          faults.push(candles.error.sentence);
          before.delete(market);
          return;
        }
        let filled = 0;
        for (const { candle, trades } of candles.value) {
          const openAt = Math.round((candle[0] - offsetMicros) / BAR_MICROS) * BAR_MICROS;
          const state = trades > 0 ? 'updated' : 'unchanged';
          if (bars.fill(market.index, openAt, candle[4] * 2, state)) filled += 1;
        }
        const first = candles.value[0];
        if (!first || candles.value.length < PAGE || filled === 0) before.delete(market);
        else before.set(market, first.candle[0] - 1);
      }),
    );
    bars.markGap();
  }
  return faults;
}
