import { z } from 'zod';
import type { Answer } from './routes.ts';
import type { Venue } from './venue.ts';

/**
 * What drills and tests may do to the venue, over loopback only (`POST /sim/<name>` with a JSON body,
 * `GET /sim/truth`, `GET /sim/status`). None of it exists at a real venue.
 *
 * | address | body | what it does |
 * |---|---|---|
 * | `latency` | `{ms}` | round trip added to REST and the private socket |
 * | `pause` | `{paused}` | agents stop or go on; the venue lives |
 * | `step` | `{seconds}` | while paused: that many seconds of trading at once |
 * | `drop` | `{stream}` or `{sockets: "market"\|"private"\|"all"}` | cuts connections |
 * | `silence` | `{cancels?, orders?}` | that many requests are swallowed, neither done nor answered |
 * | `uncertain` | `{orders}` | that many orders are accepted and then answered 503, status unknown |
 * | `malformed` | `{stream, text}` | sends the text to who hears the stream |
 * | `gap` | `{symbol}` | loses the next depth message |
 * | `mute` | `{stream, muted}` | a stream, or all of a symbol (`btcusdt@`), falls silent |
 * | `rate-limit` | `{status: 429\|418, seconds?}` or `{limit}` or `{clear: true}` | weights |
 */
const drills = {
  latency: drill(z.object({ ms: z.number().min(0).max(60_000) }), (venue, { ms }) => {
    venue.faults.latencyMillis = ms;
  }),
  pause: drill(z.object({ paused: z.boolean() }), (venue, { paused }) => {
    venue.control.pause(paused);
  }),
  step: drill(z.object({ seconds: z.int().min(1).max(600) }), (venue, { seconds }) => ({
    stepped: venue.control.step(seconds),
  })),
  drop: drill(
    z.union([z.object({ stream: z.string() }), z.object({ sockets: z.enum(['market', 'private', 'all']) })]),
    (venue, body) => ({ dropped: venue.control.drop('stream' in body ? body : body.sockets) }),
  ),
  silence: drill(
    z.object({ cancels: z.int().min(0).optional(), orders: z.int().min(0).optional() }),
    (venue, { cancels, orders }) => {
      venue.faults.silentCancels = cancels ?? venue.faults.silentCancels;
      venue.faults.silentOrders = orders ?? venue.faults.silentOrders;
    },
  ),
  uncertain: drill(z.object({ orders: z.int().min(0) }), (venue, { orders }) => {
    venue.faults.uncertainOrders = orders;
  }),
  malformed: drill(z.object({ stream: z.string(), text: z.string() }), (venue, { stream, text }) => ({
    heard: venue.streams.sayMalformed(stream, text),
  })),
  gap: drill(z.object({ symbol: z.string() }), (venue, { symbol }) => {
    venue.faults.gaps.add(symbol);
  }),
  mute: drill(z.object({ stream: z.string(), muted: z.boolean() }), (venue, { stream, muted }) => {
    if (muted) venue.faults.muted.add(stream);
    else venue.faults.muted.delete(stream);
  }),
  'rate-limit': drill(
    z.union([
      z.object({ status: z.literal(429) }),
      z.object({ status: z.literal(418), seconds: z.number().positive() }),
      z.object({ limit: z.int().positive() }),
      z.object({ clear: z.literal(true) }),
    ]),
    ({ weights, now }, body) => {
      if ('limit' in body) weights.limit = body.limit;
      else if ('clear' in body) weights.clear();
      else if (body.status === 429) weights.exhaust(now());
      else weights.ban(now(), body.seconds * 1000);
    },
  ),
} as const;

type Drill = (venue: Venue, body: unknown) => Answer | string;

/** A drill with its body's schema; the answer is `{}` unless it gives one. A string is what was wrong. */
function drill<T>(schema: z.ZodType<T>, run: (venue: Venue, body: T) => Answer | undefined): Drill {
  return (venue, body) => {
    const parsed = schema.safeParse(body);
    return parsed.success ? (run(venue, parsed.data) ?? {}) : z.prettifyError(parsed.error);
  };
}

/** Answers `/sim/*`; status 404 for what there is not, 400 with a sentence for what cannot be read. */
export function answerDrill(
  venue: Venue,
  method: string,
  name: string,
  body: string,
): { status: number; answer: Answer } {
  if (method === 'GET' && name === 'truth' && venue.truth) return { status: 200, answer: venue.truth };
  if (method === 'GET' && name === 'status') return { status: 200, answer: statusOf(venue) };
  const found = Object.entries(drills).find(([known]) => known === name);
  if (!found || method !== 'POST') {
    return {
      status: 404,
      answer: { code: 'no-such-drill', sentence: `There is no ${method} /sim/${name}.` },
    };
  }
  const answer = found[1](venue, parseBody(body));
  if (typeof answer !== 'string') return { status: 200, answer };
  return { status: 400, answer: { code: 'bad-drill', sentence: answer } };
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function statusOf(venue: Venue): object {
  return {
    origin: venue.origin,
    instruments: venue.listings.length,
    paused: venue.control.paused(),
    openOrders: venue.exchange.ledger.open().length,
    latencyMillis: venue.faults.latencyMillis,
    serverTime: Math.floor(venue.now()),
  };
}
