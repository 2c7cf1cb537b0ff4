import { Breaker, TRIALS } from './breaker.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import type { DialectRules, SubscribeFrame } from './dialect.ts';
import { Outbox } from './outbox.ts';
import { Silence } from './silence.ts';

/** What the connection must do. An effect names the generation it is for. */
export type SessionEffect =
  | { readonly kind: 'open'; readonly generation: number }
  | { readonly kind: 'close'; readonly generation: number }
  | { readonly kind: 'send'; readonly generation: number; readonly text: string }
  | { readonly kind: 'ping'; readonly generation: number }
  /** The venue has taken every subscription of this generation: books can be built. */
  | { readonly kind: 'subscribed'; readonly generation: number }
  /** The venue will soon end it at its age: another should replace it while it still runs. */
  | { readonly kind: 'aged'; readonly generation: number }
  /** The connection is gone: numbers of it count no more. */
  | { readonly kind: 'lost'; readonly sentence: string };

export type SessionPhase = 'idle' | 'connecting' | 'subscribing' | 'live' | 'stale' | 'waiting' | 'stopped';

const SENTENCE_MAX = 300;
const CONNECT_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 10_000;
/** A connection that stays silent this much longer than stale is given up. */
const GIVE_UP_MS = 3000;
/** Live for this long, and an earlier failure no longer lengthens the next wait. */
const SETTLED_MS = 30_000;
/** A tick this late means that we were held up ourselves: frames may wait unread. */
const HELD_UP_MS = 200;
/** A replacement that did not succeed is asked for again after this. */
const REPLACE_AGAIN_MS = 60_000;

export interface SessionParts {
  readonly rules: DialectRules;
  readonly frames: readonly SubscribeFrame[];
  /** Of all lines of the venue. */
  readonly connections: ConnectionBudget;
  readonly random: () => number;
  /** Read anew each time: the pace of a replay can be changed while it runs. */
  readonly jitterMs: () => number;
}

/**
 * The life of one feed's connection: connect, subscribe in pieces, watch for silence, reconnect.
 * Pure: time comes in as `now` (pace ms), randomness is injected, effects are returned. Every
 * event carries the generation it belongs to; one of an older generation is dropped.
 */
export class Session {
  readonly #rules: DialectRules;
  readonly #connections: ConnectionBudget;
  readonly #random: () => number;
  readonly #silence: Silence;
  readonly #outbox: Outbox;
  readonly #breaker: Breaker;
  #phase: SessionPhase = 'idle';
  #sentence = 'Not started.';
  #generation = 0;
  #since = 0;
  #replaceAt = Infinity;
  #pingedAt = 0;
  #tickedAt: number | null = null;
  #reconnects = 0;

  constructor({ rules, frames, connections, random, jitterMs }: SessionParts) {
    this.#rules = rules;
    this.#connections = connections;
    this.#random = random;
    this.#silence = new Silence(jitterMs, rules.silenceMs);
    this.#outbox = new Outbox(frames, rules);
    this.#breaker = new Breaker(random);
  }

  get phase(): SessionPhase {
    return this.#phase;
  }
  get generation(): number {
    return this.#generation;
  }
  get reconnects(): number {
    return this.#reconnects;
  }
  /** In a row. */
  get failures(): number {
    return this.#breaker.failures;
  }

  /** Why it is in this phase. */
  sentence(now: number): string {
    const { state, failures, trials } = this.#breaker;
    if (this.#phase === 'waiting' && state === 'open') {
      const seconds = Math.max(1, Math.ceil((this.#since - now) / 1000));
      return `${failures} failures: next try in ${seconds} s. ${this.#sentence}`.slice(0, SENTENCE_MAX);
    }
    if (this.#phase === 'live' && state === 'half-open') {
      return `Live, on trial after ${failures} failures: ${trials} of ${TRIALS} passed.`;
    }
    return this.#sentence;
  }

  start(now: number): SessionEffect[] {
    return this.#connect(now);
  }

  stop(): SessionEffect[] {
    const open = this.#phase !== 'idle' && this.#phase !== 'waiting' && this.#phase !== 'stopped';
    this.#phase = 'stopped';
    this.#sentence = 'Stopped.';
    return open ? [{ kind: 'close', generation: this.#generation }] : [];
  }

  opened(generation: number, now: number): SessionEffect[] {
    if (generation !== this.#generation || this.#phase !== 'connecting') return [];
    this.#enter('subscribing', 'Connected, subscribing.', now);
    // A little apart, so that many feeds do not reconnect in the same second of the day.
    this.#replaceAt = now + this.#rules.maxAgeMs * (1 - 0.02 * this.#random());
    this.#outbox.restart();
    this.#silence.restart(now);
    this.#pingedAt = now;
    return this.#send(now);
  }

  /** Any frame at all, a pong included. False when it belongs to an older generation: drop it. */
  frame(generation: number, now: number): boolean {
    if (generation !== this.#generation || !this.#isOpen()) return false;
    // Only a subscribed feed's gaps say how it breathes.
    if (this.#phase === 'subscribing') this.#silence.restart(now);
    else this.#silence.frame(now);
    if (this.#phase === 'stale') this.#enter('live', 'Live.', now);
    if (this.#phase === 'live') this.#breaker.good(now);
    return true;
  }

  /** The venue answered subscription `key`; null = it did not say which. */
  answered(generation: number, key: string | null, refusal: string | null, now: number): SessionEffect[] {
    if (generation !== this.#generation || !this.#isOpen()) return [];
    if (refusal !== null) return this.#fail(refusal, now);
    if (key === null || !this.#outbox.answered(key)) return [];
    return this.#subscribed(now);
  }

  /** More to ask for over the running connection, as soon as its rate allows. */
  ask(frames: readonly SubscribeFrame[]): void {
    if (this.#isOpen()) this.#outbox.ask(frames);
  }

  #subscribed(now: number): SessionEffect[] {
    if (!this.#outbox.isSubscribed || this.#phase !== 'subscribing') return [];
    this.#enter('live', 'Live.', now);
    this.#silence.restart(now);
    return [{ kind: 'subscribed', generation: this.#generation }];
  }

  closed(generation: number, sentence: string, now: number): SessionEffect[] {
    if (generation !== this.#generation || this.#phase === 'stopped' || this.#phase === 'waiting') return [];
    return this.#fail(sentence, now, false);
  }

  /** What comes over the connection is not whole: another one, after a wait. */
  abandon(sentence: string, now: number): SessionEffect[] {
    return this.#isOpen() ? this.#fail(sentence, now) : [];
  }

  /** Called some twenty times a second. */
  tick(now: number, everyMs: number): SessionEffect[] {
    const lateMs = this.#tickedAt === null ? 0 : now - this.#tickedAt - everyMs;
    this.#tickedAt = now;
    switch (this.#phase) {
      case 'waiting':
        return now >= this.#since ? this.#connect(now) : [];
      case 'connecting':
        return now - this.#since > CONNECT_LIMIT_MS
          ? this.#fail('The venue did not answer in 10 s.', now)
          : [];
      case 'subscribing':
        if (now - this.#since > ANSWER_LIMIT_MS) {
          return this.#fail('The venue did not confirm the subscription in 10 s.', now);
        }
        return [...this.#send(now), ...this.#subscribed(now), ...this.#ping(now)];
      case 'live':
      case 'stale':
        return this.#watch(now, lateMs);
      case 'idle':
      case 'stopped':
        return [];
    }
  }

  #watch(now: number, lateMs: number): SessionEffect[] {
    if (this.#phase === 'live' && now - this.#since > SETTLED_MS) this.#breaker.settled();
    const silent = this.#silence.silentMs(now);
    const limit = this.#silence.limitMs;
    if (lateMs > Math.max(HELD_UP_MS, limit / 4)) return [];
    if (this.#phase === 'live' && silent > limit) {
      this.#enter('stale', `No frame of any kind for ${(limit / 1000).toFixed(1)} s.`, now);
    }
    if (silent > limit + GIVE_UP_MS) {
      return this.#fail(`No frame of any kind for ${(silent / 1000).toFixed(1)} s: reconnecting.`, now);
    }
    return [...this.#send(now), ...this.#ping(now), ...this.#age(now)];
  }

  #age(now: number): SessionEffect[] {
    if (now < this.#replaceAt) return [];
    this.#replaceAt = now + REPLACE_AGAIN_MS;
    return [{ kind: 'aged', generation: this.#generation }];
  }

  #ping(now: number): SessionEffect[] {
    const quietSince = now - this.#silence.silentMs(now);
    const { pingAfterMs, pingEveryMs, pingText } = this.#rules;
    const quiet = Math.max(quietSince, this.#pingedAt) + pingAfterMs;
    if (now < Math.min(quiet, this.#pingedAt + pingEveryMs)) return [];
    this.#pingedAt = now;
    if (pingText === null) return [{ kind: 'ping', generation: this.#generation }];
    this.#outbox.sent(now);
    return [{ kind: 'send', generation: this.#generation, text: pingText }];
  }

  #send(now: number): SessionEffect[] {
    const text = this.#outbox.next(now);
    return text === null ? [] : [{ kind: 'send', generation: this.#generation, text }];
  }

  #connect(now: number): SessionEffect[] {
    const wait = this.#connections.take(now);
    if (wait > 0) {
      const why = this.failures > 0 ? this.#sentence : 'Waiting for its turn to connect.';
      this.#enter('waiting', why, now + wait);
      return [];
    }
    this.#breaker.tried();
    if (this.#generation > 0) this.#reconnects += 1;
    this.#generation += 1;
    const again = this.failures > 0 ? ` ${this.#sentence}` : '';
    this.#enter('connecting', `Connecting.${again}`.slice(0, SENTENCE_MAX), now);
    return [{ kind: 'open', generation: this.#generation }];
  }

  #drop(sentence: string): SessionEffect[] {
    return [
      { kind: 'close', generation: this.#generation },
      { kind: 'lost', sentence },
    ];
  }

  #fail(sentence: string, now: number, close = true): SessionEffect[] {
    const effects = this.#drop(sentence);
    this.#enter('waiting', sentence, now + this.#breaker.failed());
    return close ? effects : effects.slice(1);
  }

  /** `since` is when the phase began; of `waiting`, when it ends. */
  #enter(phase: SessionPhase, sentence: string, since: number): void {
    this.#phase = phase;
    this.#sentence = sentence;
    this.#since = since;
  }

  #isOpen(): boolean {
    return this.#phase === 'subscribing' || this.#phase === 'live' || this.#phase === 'stale';
  }
}
