import { createHmac } from 'node:crypto';

export type Params = Readonly<Record<string, string | number>>;

/** `a=1&b=2` in the order given, percent-encoded: the text that Binance signs. */
export function queryText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

/** HMAC-SHA256 in hex, as `SIGNED` endpoints want it (binance-spot-api-docs, "Signed endpoint security"). */
export function signature(payload: string, secret: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex');
}

/** The query of a signed REST request. */
export function signedQuery(params: Params, secret: string): string {
  const query = queryText(params);
  return `${query}&signature=${signature(query, secret)}`;
}

/** The params of a signed WebSocket API request: signed in alphabetical order, unencoded. */
export function signedParams(params: Params, secret: string): Params {
  const sorted = Object.fromEntries(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
  const payload = Object.entries(sorted)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return { ...sorted, signature: signature(payload, secret) };
}
