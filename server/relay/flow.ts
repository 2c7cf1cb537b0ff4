/**
 * Credit and rate of one console, pure: the clock comes in as `now` (ms, monotonic).
 *
 * A market frame costs one of 4 credits, which the console's `applied` gives back. Without credit
 * nothing is sent and nothing queues: the next frame carries the newest state. A console that misses
 * more than a quarter of its frames is stepped down, and up again once it has kept pace for a while.
 */
export const CREDIT = 4;
export const RATES = [60, 20, 4, 1] as const;
export type Rate = (typeof RATES)[number];

/** So long without credit ends the market subscription, never the session. */
export const PAUSE_AFTER_MS = 10_000;
const FIRST_UP_AFTER_MS = 2_000;
const LAST_UP_AFTER_MS = 30_000;
/** One missed frame weighs as three sent ones. */
const MISS = 3;

/**
 * `impossible`: the console counted what was never sent, or backwards. `caught-up`: it had run out of
 * credit and has now applied all that was sent, so the newest is sent at once.
 */
export type Acknowledged = 'impossible' | 'fine' | 'caught-up';

export class Flow {
  readonly asked: Rate | 0;
  #hz: Rate | 0;
  #sent: number;
  #applied: number;
  readonly #sentAt: number[];
  #starved = false;
  #deficit = 0;
  #emptySince: number | null = null;
  #steadySince: number;
  #upAfter = FIRST_UP_AFTER_MS;

  /** `before`: the flow of the subscription this one replaces; what is in flight stays in flight. */
  constructor(asked: Rate | 0, now: number, before?: Flow) {
    this.asked = asked;
    this.#hz = asked;
    this.#steadySince = now;
    this.#sent = before?.sent ?? 0;
    this.#applied = before?.applied ?? 0;
    this.#sentAt = before ? [...before.#sentAt] : [];
    if (this.inFlight >= CREDIT) this.#emptySince = now;
  }

  get hz(): Rate | 0 {
    return this.#hz;
  }
  get sent(): number {
    return this.#sent;
  }
  get applied(): number {
    return this.#applied;
  }
  get inFlight(): number {
    return this.#sent - this.#applied;
  }
  get slow(): boolean {
    return this.#hz !== this.asked;
  }

  /** At a frame's time: may it be sent? A `false` counts as missed. */
  due(now: number): boolean {
    if (this.#hz === 0) return false;
    if (this.inFlight < CREDIT) return true;
    this.#starved = true;
    this.#steadySince = now;
    this.#deficit += MISS;
    return false;
  }

  countSent(now: number): void {
    this.#sent += 1;
    this.#sentAt.push(now);
    this.#starved = false;
    this.#deficit = Math.max(0, this.#deficit - 1);
    if (this.inFlight >= CREDIT) this.#emptySince = now;
  }

  /** `applied` is the console's cumulative count; `age` hears each frame's, ms from its sending. */
  acknowledge(applied: number, now: number, age: (ms: number) => void): Acknowledged {
    if (!Number.isSafeInteger(applied) || applied < this.#applied || applied > this.#sent)
      return 'impossible';
    for (; this.#applied < applied; this.#applied++) age(now - (this.#sentAt.shift() ?? now));
    if (this.inFlight < CREDIT) this.#emptySince = null;
    return this.#starved && this.inFlight === 0 ? 'caught-up' : 'fine';
  }

  /** Called now and then: what changed about this console's rate. `paused` comes once. */
  review(now: number): 'down' | 'up' | 'paused' | null {
    if (this.#hz === 0) return null;
    if (this.#emptySince !== null && now - this.#emptySince >= PAUSE_AFTER_MS) {
      this.#hz = 0;
      return 'paused';
    }
    if (this.#deficit >= MISS * Math.max(3, this.#hz / 4)) return this.#stepDown(now);
    if (this.#hz !== this.asked && now - this.#steadySince >= this.#upAfter) return this.#stepUp(now);
    return null;
  }

  #stepDown(now: number): 'down' | null {
    this.#deficit = 0;
    const slower = RATES[RATES.indexOf(this.#hz as Rate) + 1];
    if (slower === undefined) return null;
    this.#hz = slower;
    // Each fall makes the next climb rarer, so that a console on the edge does not swing.
    this.#upAfter = Math.min(this.#upAfter * 1.5, LAST_UP_AFTER_MS);
    this.#steadySince = now;
    return 'down';
  }

  #stepUp(now: number): 'up' | null {
    const faster = RATES[RATES.indexOf(this.#hz as Rate) - 1];
    if (faster === undefined) return null;
    this.#hz = faster;
    this.#steadySince = now;
    return 'up';
  }
}
