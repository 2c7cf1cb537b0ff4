export type RecordedDialect = 'binance-spot' | 'binance-usdm' | 'binance-coinm';

const BOOKS_AND_TRADES = /@(?:trade|bookTicker|depth)(?:@|$)/;
const INVERSE = /"(?:ps":"|s":"[A-Z0-9]+(?<!B)USD_)/;
/** Fields of a futures market that spot's frames do not have. */
const FUTURES = /"(?:pu":\d|X":"|e":"bookTicker")/;

/** Which of Binance's markets a recorded frame is from; null where it could be of any. */
export function recordedDialect(stream: string, text: string): RecordedDialect | null {
  if (!BOOKS_AND_TRADES.test(stream)) return null;
  if (!FUTURES.test(text)) return 'binance-spot';
  return INVERSE.test(text) ? 'binance-coinm' : 'binance-usdm';
}
