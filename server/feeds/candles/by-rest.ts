import { ok } from '../../../protocol/result.ts';
import type { Dialect } from '../dialect.ts';
import type { RestClient } from '../rest.ts';
import type { CandleSource } from './backfill.ts';

/** Candles of a venue that tells them over REST. `venueNow`: µs by its clock. */
export function candlesByRest(
  { rest: dialect }: Pick<Dialect, 'rest'>,
  rest: Pick<RestClient, 'get'>,
  venueNow: () => number,
): CandleSource {
  return {
    candlesAPage: dialect.candlesAPage,
    omitsEmpty: dialect.candlesOmitEmpty === true,
    ask: async (instrument, { interval, limit, to }, lane) => {
      const range = { interval, limit, ...(to === null ? {} : { to }) };
      const call = dialect.candles(instrument, range, venueNow());
      if (!call) return ok(null);
      const answer = await rest.get(call, lane);
      return answer.ok ? dialect.readCandles(answer.value.json, instrument) : answer;
    },
  };
}
