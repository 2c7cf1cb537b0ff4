import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { DialectRest, RestCall } from './dialect.ts';
import type { WeightBudget } from './weight-budget.ts';
import type { WireTap } from './wire-tap.ts';

/** Books first: a feed without them is not live. */
export const LANES = ['book', 'view', 'history'] as const;
export type Lane = (typeof LANES)[number];

export interface RestAnswer {
  readonly json: unknown;
  readonly text: string;
  /** Monotonic µs right before the request left and right after its headers came. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

interface Waiting {
  readonly call: RestCall;
  readonly lane: Lane;
  readonly settle: (answer: Result<RestAnswer>) => void;
}

const CONCURRENT = 8;
const TIMEOUT_MS = 10_000;
const DEFAULT_RETRY_MS = 10_000;

/** GET requests to one venue's public REST, a few at a time and within its weight. */
export class RestClient {
  readonly #base: string;
  readonly #rest: DialectRest;
  readonly #budget: WeightBudget;
  readonly #clock: Clock;
  readonly #tap: WireTap | undefined;
  readonly #abort = new AbortController();
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #timer: Cancel | null = null;

  constructor(base: string, rest: DialectRest, budget: WeightBudget, clock: Clock, tap?: WireTap) {
    this.#base = base.replace(/\/+$/, '');
    this.#rest = rest;
    this.#budget = budget;
    this.#clock = clock;
    this.#tap = tap;
  }

  /** Never rejects. Codes: `rest-unreachable`, `rest-limited`, `rest-status`, `rest-json`, `stopped`. */
  get(call: RestCall, lane: Lane): Promise<Result<RestAnswer>> {
    return new Promise((settle) => {
      if (this.#abort.signal.aborted) {
        settle(refuse('stopped', 'The feed is stopped.'));
        return;
      }
      this.#waiting.push({ call, lane, settle });
      this.#pump();
    });
  }

  /** Weight that could be spent now. */
  get available(): number {
    return this.#budget.available(this.#now());
  }

  stop(): void {
    this.#abort.abort();
    this.#timer?.();
    for (const { settle } of this.#waiting.splice(0)) settle(refuse('stopped', 'The feed is stopped.'));
  }

  #now(): number {
    return this.#clock.monotonicMicros() / 1000;
  }

  #pump(): void {
    while (this.#running < CONCURRENT) {
      const next = this.#next();
      if (!next) return;
      const wait = this.#budget.take(next.call.weight, this.#now());
      if (wait > 0) {
        this.#timer?.();
        this.#timer = this.#clock.setTimer(wait, () => this.#pump());
        return;
      }
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#running += 1;
      void this.#request(next.call).then((answer) => {
        this.#running -= 1;
        next.settle(answer);
        this.#pump();
      });
    }
  }

  #next(): Waiting | undefined {
    for (const lane of LANES) {
      const found = this.#waiting.find((one) => one.lane === lane);
      if (found) return found;
    }
    return undefined;
  }

  async #request(call: RestCall): Promise<Result<RestAnswer>> {
    const query = new URLSearchParams(call.query).toString();
    const url = `${this.#base}${call.path}${query ? `?${query}` : ''}`;
    const sentAt = this.#clock.monotonicMicros();
    let response: Response;
    let answeredAt: number;
    let text: string;
    try {
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      response = await fetch(url, { signal, redirect: 'error' });
      answeredAt = this.#clock.monotonicMicros();
      text = await response.text();
    } catch (error) {
      return refuse('rest-unreachable', `${call.path} can't be reached: ${causeOf(error)}.`);
    }
    this.#tap?.answered(url, response.status, text);
    const used = this.#rest.usedWeight(response.headers);
    if (used !== null) this.#budget.used(used, this.#now());
    if (response.status === 429 || response.status === 418) {
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      const pause = seconds >= 0 ? seconds * 1000 : DEFAULT_RETRY_MS;
      this.#budget.pause(pause, this.#now());
      return refuse(
        'rest-limited',
        `The venue limits our requests (${response.status}): next in ${Math.ceil(pause / 1000)} s.`,
      );
    }
    if (!response.ok) {
      return refuse('rest-status', `${call.path} answered ${response.status}: ${text.slice(0, 160)}`);
    }
    try {
      return ok({ json: JSON.parse(text) as unknown, text, sentAt, answeredAt });
    } catch {
      return refuse('rest-json', `${call.path} answered something that is not JSON.`);
    }
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: unknown = error.cause;
  if (cause instanceof Error) return cause.message || ('code' in cause ? String(cause.code) : cause.name);
  return error.message;
}
