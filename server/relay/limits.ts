/** Pure limits of what comes from outside; `now` in ms, monotonic. */

export interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket (full at first): `take` says whether one more is allowed now. */
export class TokenBucket {
  readonly #rule: Bucket;
  #tokens: number;
  #at: number;

  constructor(rule: Bucket, now: number) {
    this.#rule = rule;
    this.#tokens = rule.burst;
    this.#at = now;
  }

  take(now: number): boolean {
    const earned = (Math.max(0, now - this.#at) / 1000) * this.#rule.perSecond;
    this.#tokens = Math.min(this.#rule.burst, this.#tokens + earned);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Full again: what it counted no longer matters. */
  isFull(now: number): boolean {
    return this.#tokens + ((now - this.#at) / 1000) * this.#rule.perSecond >= this.#rule.burst;
  }
}

/** One bucket per key (an address), forgotten when full again; at most `capacity` keys are kept. */
export class KeyedBuckets {
  readonly #rule: Bucket;
  readonly #capacity: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rule: Bucket, capacity = 10_000) {
    this.#rule = rule;
    this.#capacity = capacity;
  }

  take(key: string, now: number): boolean {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      if (this.#buckets.size >= this.#capacity) this.#forget(now);
      if (this.#buckets.size >= this.#capacity) return false;
      bucket = new TokenBucket(this.#rule, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(now);
  }

  get size(): number {
    return this.#buckets.size;
  }

  #forget(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
  }
}

/** Connections now, in all and per address. */
export class ConnectionCount {
  readonly #perAddress = new Map<string, number>();
  #total = 0;

  add(address: string): void {
    this.#total += 1;
    this.#perAddress.set(address, this.of(address) + 1);
  }

  remove(address: string): void {
    this.#total -= 1;
    const left = this.of(address) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }

  get total(): number {
    return this.#total;
  }
  of(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }
}

export interface RelayLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Connections of all kinds; a console has its socket and a few of HTTP. */
  readonly tcpPerAddress: number;
  readonly commandsInFlight: number;
  /** Per socket, all events together: beyond it the connection ends. */
  readonly events: Bucket;
  /** Per socket and event: beyond it the event is refused with a sentence. */
  readonly subscribe: Bucket;
  readonly command: Bucket;
  readonly candles: Bucket;
  readonly history: Bucket;
  readonly ticks: Bucket;
  readonly time: Bucket;
  /** Per address, piped requests. A halt has its own, so that nothing else uses it up. */
  readonly requests: Bucket;
  readonly halts: Bucket;
  /** Bytes of control messages that may wait for one socket. */
  readonly backlog: number;
  readonly body: number;
  readonly identifyMs: number;
  readonly commandMs: number;
  readonly feedsMs: number;
  readonly pipeMs: number;
}

export const LIMITS: RelayLimits = {
  connections: 1000,
  connectionsPerAddress: 250,
  tcpPerAddress: 1024,
  commandsInFlight: 16,
  // 60 acknowledgements a second are ordinary.
  events: { perSecond: 150, burst: 400 },
  subscribe: { perSecond: 5, burst: 20 },
  command: { perSecond: 10, burst: 30 },
  candles: { perSecond: 10, burst: 30 },
  history: { perSecond: 0.5, burst: 5 },
  // A megabyte and a half at most, and a panel asks four times a minute.
  ticks: { perSecond: 0.25, burst: 5 },
  time: { perSecond: 5, burst: 20 },
  requests: { perSecond: 30, burst: 90 },
  halts: { perSecond: 10, burst: 30 },
  backlog: 4 * 1024 * 1024,
  body: 64 * 1024,
  identifyMs: 2_000,
  commandMs: 5_000,
  feedsMs: 5_000,
  pipeMs: 5_000,
};
