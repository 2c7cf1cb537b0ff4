import { ok, refuse, type Result } from '../../../protocol/result.ts';

/** The part of ccxt.pro's unified API that a feed uses. What it answers is checked as it comes. */
export interface CcxtExchange {
  readonly precisionMode: unknown;
  /** Intervals of candles. */
  readonly timeframes: unknown;
  loadMarkets(): Promise<unknown>;
  watchOrderBook(symbol: string): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown>;
  /** A float as the plain decimal that it was read from. */
  numberToString(value: number): string;
  close(): Promise<unknown>;
}

/** Not a literal, so that no bundler takes its 67 MB with it: it is loaded where it is installed. */
const PACKAGE: string = 'ccxt';

/** A venue by ccxt's name for it. Codes: `ccxt-missing`, `unknown-exchange`. */
export async function openExchange(id: string, name = PACKAGE): Promise<Result<CcxtExchange>> {
  let loaded: { default?: { pro?: Record<string, unknown> } };
  try {
    loaded = (await import(name)) as typeof loaded;
  } catch {
    return refuse('ccxt-missing', `The feed ccxt:${id} needs the package ccxt: run "npm install ccxt".`);
  }
  const found = Object.entries(loaded.default?.pro ?? {}).find(([one]) => one === id)?.[1];
  if (typeof found !== 'function') {
    return refuse('unknown-exchange', `ccxt has no streams of an exchange "${id.slice(0, 40)}".`);
  }
  const Exchange = found as new (options: object) => CcxtExchange;
  return ok(new Exchange({ enableRateLimit: true, newUpdates: true }));
}
