import { VenueError } from '../exchange/errors.ts';
import type { Params } from '../exchange/request.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { isJsonText, type Answer, type Route } from './routes.ts';
import { signedPayload, verify } from './signing.ts';
import type { Venue } from './venue.ts';

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  /** Raw, without `?`. */
  readonly query: string;
  readonly body: string;
  readonly apiKey: string | null;
}

export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const routes = new Map<string, Route>(
  [...marketRoutes, ...orderRoutes].map((route) => [`${route.method} ${route.path}`, route]),
);

/**
 * Answers one request to `/api/v3/*`: weight first, then signature, then the route itself. Null when a
 * drill swallows it. No socket in here: what comes in and goes out are plain values.
 */
export function answerRest(venue: Venue, request: RestRequest): RestResponse | null {
  const route = routes.get(`${request.method} ${request.path}`);
  const params = merged(request);
  const now = venue.now();
  let weight = 1;
  try {
    weight = route?.weight(params) ?? 1;
  } catch {
    // a weight that depends on a broken parameter: the route will refuse it in its own words
  }
  const verdict = venue.weights.charge(weight, now);
  if (verdict.kind === 'banned') {
    const text = `Way too much request weight used; IP banned until ${Math.floor(verdict.untilMillis)}. Please use WebSocket Streams for live updates to avoid bans.`;
    return refusal(new VenueError(418, -1003, text), { 'retry-after': String(verdict.retrySeconds) });
  }
  const used = String(verdict.used);
  const headers: Record<string, string> = { 'x-mbx-used-weight': used, 'x-mbx-used-weight-1m': used };
  if (verdict.kind === 'limited') {
    const text = `Too much request weight used; current limit is ${venue.weights.limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`;
    headers['retry-after'] = String(verdict.retrySeconds);
    return refusal(new VenueError(429, -1003, text), headers);
  }
  try {
    if (!route) throw new VenueError(404, -1020, 'This operation is not supported.');
    if (route.signed) {
      const payload = signedPayload(request.query, request.body);
      verify(venue.credentials, request.apiKey, payload, params, now);
    }
    if (isSwallowed(venue, route)) return null;
    if (route.kind === 'place') headers['x-mbx-order-count-10s'] = String(countOrder(venue, now));
    const answer = route.run(venue, params);
    if (route.kind === 'place' && venue.faults.takeUncertainOrder()) {
      throw new VenueError(
        503,
        -1007,
        'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
      );
    }
    return { status: 200, headers, body: written(answer) };
  } catch (error) {
    if (error instanceof VenueError) return refusal(error, headers);
    throw error;
  }
}

function isSwallowed(venue: Venue, route: Route): boolean {
  if (route.kind === 'cancel') return venue.faults.takeSilentCancel();
  return route.kind === 'place' && venue.faults.takeSilentOrder();
}

function countOrder({ orders }: Venue, now: number): number {
  const count = orders.charge(now);
  if (count !== null) return count;
  const seconds = orders.windowMillis / 1000;
  throw new VenueError(
    429,
    -1015,
    `Too many new orders; current limit is ${orders.limit} orders per ${seconds} SECOND.`,
  );
}

export function written(answer: Answer): string {
  return isJsonText(answer) ? answer.json : JSON.stringify(answer);
}

function refusal(error: VenueError, headers: Record<string, string>): RestResponse {
  return { status: error.status, headers, body: JSON.stringify(error.body()) };
}

/** Query and body as one set of parameters; the query wins, as at Binance. */
function merged({ query, body }: RestRequest): Params {
  const fromQuery = new URLSearchParams(query);
  const fromBody = new URLSearchParams(body);
  return { get: (name) => fromQuery.get(name) ?? fromBody.get(name) };
}
