import { backoffMs } from './backoff.ts';
import type { DialectRules, SubscribeFrame } from './dialect.ts';
import { Silence } from './silence.ts';

/** What the connection must do. An effect names the generation it is for. */
export type SessionEffect =
  | { readonly kind: 'open'; readonly generation: number }
  | { readonly kind: 'close'; readonly generation: number }
  | { readonly kind: 'send'; readonly generation: number; readonly text: string }
  | { readonly kind: 'ping'; readonly generation: number }
  /** The venue has taken every subscription of this generation: books can be built. */
  | { readonly kind: 'subscribed'; readonly generation: number }
  /** The connection is gone: numbers of it count no more. */
  | { readonly kind: 'lost'; readonly sentence: string };

export type SessionPhase = 'idle' | 'connecting' | 'subscribing' | 'live' | 'stale' | 'waiting' | 'stopped';

const CONNECT_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 10_000;
/** A connection that stays silent this much longer than stale is given up. */
const GIVE_UP_MS = 3000;
/** Live for this long, and an earlier failure no longer lengthens the next wait. */
const SETTLED_MS = 30_000;
/** A tick this late means that we were held up ourselves: frames may wait unread. */
const HELD_UP_MS = 200;

/**
 * The life of one feed's connection: connect, subscribe in pieces, watch for silence, reconnect.
 * Pure: time comes in as `now` (pace ms), randomness is injected, effects are returned. Every
 * event carries the generation it belongs to; one of an older generation is dropped.
 */
export class Session {
  readonly #rules: DialectRules;
  readonly #frames: readonly SubscribeFrame[];
  readonly #random: () => number;
  readonly #silence: Silence;
  #phase: SessionPhase = 'idle';
  #sentence = 'Not started.';
  #generation = 0;
  #since = 0;
  #openedAt = 0;
  #maxAgeMs = 0;
  #failures = 0;
  #nextFrame = 0;
  #unanswered = new Set<string>();
  /** Asked for while it runs: books sent anew. */
  #extra: SubscribeFrame[] = [];
  #sentAt = 0;
  #pingedAt = 0;
  #tickedAt: number | null = null;
  #reconnects = 0;

  constructor(
    rules: DialectRules,
    frames: readonly SubscribeFrame[],
    random: () => number,
    jitterMs: number,
  ) {
    this.#rules = rules;
    this.#frames = frames;
    this.#random = random;
    this.#silence = new Silence(jitterMs, rules.silenceMs);
  }

  get phase(): SessionPhase {
    return this.#phase;
  }
  /** Why it is in this phase. */
  get sentence(): string {
    return this.#sentence;
  }
  get generation(): number {
    return this.#generation;
  }
  get reconnects(): number {
    return this.#reconnects;
  }
  get failures(): number {
    return this.#failures;
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
    this.#openedAt = now;
    // A little apart, so that many feeds do not reconnect in the same second of the day.
    this.#maxAgeMs = this.#rules.maxAgeMs * (1 - 0.02 * this.#random());
    this.#nextFrame = 0;
    this.#extra = [];
    this.#unanswered = new Set(this.#frames.flatMap((frame) => frame.answers));
    this.#silence.restart(now);
    this.#pingedAt = now;
    this.#sentAt = -Infinity;
    return this.#send(now);
  }

  /** Any frame at all, a pong included. False when it belongs to an older generation: drop it. */
  frame(generation: number, now: number): boolean {
    if (generation !== this.#generation || !this.#isOpen()) return false;
    // Only a subscribed feed's gaps say how it breathes.
    if (this.#phase === 'subscribing') this.#silence.restart(now);
    else this.#silence.frame(now);
    if (this.#phase === 'stale') this.#enter('live', 'Live.', now);
    return true;
  }

  /** The venue answered subscription `key`; null = it did not say which. */
  answered(generation: number, key: string | null, refusal: string | null, now: number): SessionEffect[] {
    if (generation !== this.#generation || !this.#isOpen()) return [];
    if (refusal !== null) return this.#fail(refusal, now);
    if (key === null || !this.#unanswered.delete(key)) return [];
    return this.#subscribed(now);
  }

  /** More to ask for over the running connection, as soon as its rate allows. */
  ask(frames: readonly SubscribeFrame[]): void {
    if (this.#isOpen()) this.#extra.push(...frames);
  }

  #subscribed(now: number): SessionEffect[] {
    const waits = this.#unanswered.size > 0 || this.#nextFrame < this.#frames.length;
    if (waits || this.#phase !== 'subscribing') return [];
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
    if (this.#phase === 'live' && now - this.#since > SETTLED_MS) this.#failures = 0;
    if (now - this.#openedAt > this.#maxAgeMs) {
      return [
        ...this.#drop('Reconnecting before the venue ends the connection at its age.'),
        ...this.#connect(now),
      ];
    }
    const silent = this.#silence.silentMs(now);
    const limit = this.#silence.limitMs;
    if (lateMs > Math.max(HELD_UP_MS, limit / 4)) return [];
    if (this.#phase === 'live' && silent > limit) {
      this.#enter('stale', `No frame of any kind for ${(limit / 1000).toFixed(1)} s.`, now);
    }
    if (silent > limit + GIVE_UP_MS) {
      return this.#fail(`No frame of any kind for ${(silent / 1000).toFixed(1)} s: reconnecting.`, now);
    }
    return [...this.#send(now), ...this.#ping(now)];
  }

  #ping(now: number): SessionEffect[] {
    const quietSince = now - this.#silence.silentMs(now);
    const due = Math.max(quietSince, this.#pingedAt) + this.#rules.pingAfterMs;
    if (now < due) return [];
    this.#pingedAt = now;
    const { pingText } = this.#rules;
    if (pingText === null) return [{ kind: 'ping', generation: this.#generation }];
    this.#sentAt = now;
    return [{ kind: 'send', generation: this.#generation, text: pingText }];
  }

  #send(now: number): SessionEffect[] {
    if (now - this.#sentAt < 1000 / this.#rules.sendsPerSecond) return [];
    const first = this.#frames[this.#nextFrame];
    if (first) this.#nextFrame += 1;
    const frame = first ?? this.#extra.shift();
    if (!frame) return [];
    this.#sentAt = now;
    return [{ kind: 'send', generation: this.#generation, text: frame.text }];
  }

  #connect(now: number): SessionEffect[] {
    if (this.#generation > 0) this.#reconnects += 1;
    this.#generation += 1;
    const again = this.#failures > 0 ? ` ${this.#sentence}` : '';
    this.#enter('connecting', `Connecting.${again}`.slice(0, 300), now);
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
    this.#failures += 1;
    this.#enter('waiting', sentence, now + backoffMs(this.#failures - 1, this.#random));
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
