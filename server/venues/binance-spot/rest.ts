import { z } from 'zod';
import { ok } from '../../../protocol/result.ts';
import type { Clock } from '../../clock.ts';
import type { HttpClient, HttpReply } from '../http-client.ts';
import type { Lane, VenueRefusal, VenueResult } from '../types.ts';
import { TimeOffset } from '../time-offset.ts';
import type { Purpose, WeightBudget } from './budget.ts';
import { signedQuery, type Params } from './sign.ts';

export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface SignedRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly params: Params;
  readonly weight: number;
  readonly purpose: Purpose;
  readonly lane: Lane;
  /** Asked in the tick in which the bytes leave: `false` sends none. */
  readonly mayLeave?: () => boolean;
}

const errorSchema = z.object({ code: z.number(), msg: z.string() });
const limitsSchema = z.object({
  rateLimits: z.array(
    z.object({
      rateLimitType: z.string(),
      interval: z.string(),
      intervalNum: z.int().positive(),
      limit: z.int().positive(),
    }),
  ),
});
const timeSchema = z.object({ serverTime: z.number().int() });

/** Binance refuses what arrives later than this after its timestamp. */
export const RECV_WINDOW_MS = 3000;
/** What is not answered by the time an order could still arrive is asked for, not waited for. */
const TIMEOUT_MS: Readonly<Record<Lane, number>> = { normal: RECV_WINDOW_MS + 1000, halt: 2000 };
/** Errors of the venue's inside: it may have done it (binance-spot-api-docs, errors). */
const UNCERTAIN: ReadonlySet<number> = new Set([-1000, -1001, -1006, -1007]);
/** Of `exchangeInfo`, with however many symbols. */
const LIMITS_WEIGHT = 20;
const TIME_REFUSED = -1021;
const TOO_MANY_ORDERS = -1015;

/** Signed requests to Binance's REST face, with every way of failing named. */
export class BinanceRest {
  /** The venue's clock less our monotonic one. */
  readonly #sinceStart = new TimeOffset();
  readonly #http: HttpClient;
  readonly #budget: WeightBudget;
  readonly #clock: Clock;
  readonly #credentials: Credentials;
  #trouble: string | null = null;

  constructor(http: HttpClient, budget: WeightBudget, clock: Clock, credentials: Credentials) {
    this.#http = http;
    this.#budget = budget;
    this.#clock = clock;
    this.#credentials = credentials;
  }

  /** The last refusal or silence; null once something succeeded after it. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /**
   * The venue's time in ms, as far as we know it: measured against the monotonic clock, so that a step
   * of the wall clock makes no signed request refused, a halt's cancels among them.
   */
  venueMs(): number {
    const best = this.#sinceStart.best();
    if (!best) return Math.floor(this.#clock.wallMicros() / 1000);
    return Math.floor(this.#monotonicMs() + best.offsetMs);
  }

  /** The venue's clock less our wall clock as it is now; null before the first measurement. */
  clockOffset(): { readonly offsetMs: number; readonly uncertaintyMs: number } | null {
    const best = this.#sinceStart.best();
    const wallLessMonotonic = this.#clock.wallMicros() / 1000 - this.#monotonicMs();
    return best && { ...best, offsetMs: best.offsetMs - wallLessMonotonic };
  }

  /** Sends once a socket is free; what has to be true then is asked then, by `mayLeave`. */
  async send(request: SignedRequest): Promise<VenueResult<unknown>> {
    const budget = this.#budget.take(request.weight, request.purpose, this.#clock.monotonicMicros());
    if (!budget.ok) {
      const sentence = 'Our rate budget at the venue is spent; it renews within a minute.';
      return this.#refuse('budget', sentence, 'no', budget.retryAfterMs);
    }
    const params = { ...request.params, recvWindow: RECV_WINDOW_MS, timestamp: this.venueMs() };
    const reply = await this.#http.request({
      method: request.method,
      path: `${request.path}?${signedQuery(params, this.#credentials.apiSecret)}`,
      headers: { 'X-MBX-APIKEY': this.#credentials.apiKey },
      timeoutMs: TIMEOUT_MS[request.lane],
      lane: request.lane,
      ...(request.mayLeave ? { mayLeave: request.mayLeave } : {}),
    });
    if (!reply.ok) {
      const { sent, calledBack, sentence } = reply.error;
      // Our own doing is no trouble with the venue.
      if (calledBack) {
        return { ok: false, error: { code: 'called-back', sentence, executed: 'no', retryAfterMs: null } };
      }
      return this.#refuse(sent ? 'no-answer' : 'unreachable', sentence, sent ? 'perhaps' : 'no', null);
    }
    return this.#read(reply.value);
  }

  /** Measures the venue's clock; keeps one socket of the halt's warm. */
  async syncTime(): Promise<void> {
    const budget = this.#budget.take(1, 'lower', this.#clock.monotonicMicros());
    if (!budget.ok) return;
    const sentMs = this.#monotonicMs();
    const [path, headers] = ['/api/v3/time', {}];
    const reply = await this.#http.request({ method: 'GET', path, headers, timeoutMs: 2000, lane: 'halt' });
    if (!reply.ok || reply.value.status !== 200) return;
    const time = timeSchema.safeParse(parseJson(reply.value.body));
    if (time.success) this.#sinceStart.add(sentMs, time.data.serverTime, this.#monotonicMs());
  }

  /** Asks once what request weight the venue allows a minute; `symbol` keeps its answer short. */
  async learnLimit(symbol: string): Promise<void> {
    if (this.#budget.told !== null) return;
    if (!this.#budget.take(LIMITS_WEIGHT, 'read', this.#clock.monotonicMicros()).ok) return;
    const path = `/api/v3/exchangeInfo?symbol=${encodeURIComponent(symbol)}`;
    const timeoutMs = TIMEOUT_MS.normal;
    const reply = await this.#http.request({ method: 'GET', path, headers: {}, timeoutMs, lane: 'normal' });
    if (!reply.ok || reply.value.status !== 200) return;
    const limits = limitsSchema.safeParse(parseJson(reply.value.body));
    const minute = limits.data?.rateLimits.find(
      (limit) => limit.rateLimitType === 'REQUEST_WEIGHT' && limit.interval === 'MINUTE',
    );
    if (minute) this.#budget.isTold(Math.floor(minute.limit / minute.intervalNum));
  }

  #monotonicMs(): number {
    return this.#clock.monotonicMicros() / 1000;
  }

  #read({ status, headers, body }: HttpReply): VenueResult<unknown> {
    const now = this.#clock.monotonicMicros();
    const used = Number(headers['x-mbx-used-weight-1m']);
    if (Number.isSafeInteger(used) && used >= 0) this.#budget.counted(used, now);
    const json = parseJson(body);
    const error = errorSchema.safeParse(json);
    // Too many new orders: only those are limited, cancels and reads go on.
    if (error.success && error.data.code === TOO_MANY_ORDERS) {
      return this.#refuse('binance-1015', error.data.msg, 'no', null);
    }
    if (status === 429 || status === 418) {
      const seconds = Number(headers['retry-after']);
      const retryAfterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : 1000;
      this.#budget.block(retryAfterMs, now);
      const sentence = `The venue limits our requests (${status}).`;
      return this.#refuse('rate-limited', sentence, 'no', retryAfterMs);
    }
    if (status === 200 && json !== undefined) {
      this.#trouble = null;
      return ok(json);
    }
    if (!error.success || status >= 500) {
      const text = error.success ? error.data.msg : `HTTP ${status}`;
      return this.#refuse(`http-${status}`, `The venue failed: ${text}.`, 'perhaps', null);
    }
    const { code, msg } = error.data;
    if (code === TIME_REFUSED) {
      this.#sinceStart.forget();
      void this.syncTime();
    }
    return this.#refuse(`binance${code}`, msg, UNCERTAIN.has(code) ? 'perhaps' : 'no', null);
  }

  #refuse(
    code: string,
    sentence: string,
    executed: VenueRefusal['executed'],
    retryAfterMs: number | null,
  ): VenueResult<never> {
    // A refusal of one order is not trouble with the venue.
    if (!code.startsWith('binance') || executed === 'perhaps') this.#trouble = sentence;
    return { ok: false, error: { code, sentence, executed, retryAfterMs } };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
