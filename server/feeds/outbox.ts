import type { DialectRules, SubscribeFrame } from './dialect.ts';
import { RateWindow } from './rate-window.ts';

/** What one connection has to ask for, no faster than its venue lets it. Pure: pace ms come in. */
export class Outbox {
  readonly #frames: readonly SubscribeFrame[];
  readonly #apartMs: number;
  /** Null where the venue does not count them. */
  readonly #subscriptions: RateWindow | null;
  #nextFrame = 0;
  #unanswered = new Set<string>();
  /** Asked for while it runs: books sent anew. */
  #extra: SubscribeFrame[] = [];
  #sentAt = -Infinity;

  constructor(
    frames: readonly SubscribeFrame[],
    rules: Pick<DialectRules, 'sendsPerSecond' | 'subscriptions'>,
  ) {
    this.#frames = frames;
    this.#apartMs = 1000 / rules.sendsPerSecond;
    this.#subscriptions = rules.subscriptions && new RateWindow(rules.subscriptions);
  }

  /** Another connection: everything is asked for again. */
  restart(): void {
    this.#nextFrame = 0;
    this.#extra = [];
    this.#unanswered = new Set(this.#frames.flatMap((frame) => frame.answers));
    this.#sentAt = -Infinity;
    this.#subscriptions?.clear();
  }

  /** All that belongs to the subscription is sent and answered. */
  get isSubscribed(): boolean {
    return this.#unanswered.size === 0 && this.#nextFrame === this.#frames.length;
  }

  /** False when this answer was not waited for. */
  answered(key: string): boolean {
    return this.#unanswered.delete(key);
  }

  ask(frames: readonly SubscribeFrame[]): void {
    this.#extra.push(...frames);
  }

  /** The frame that may be sent now, if any. */
  next(now: number): string | null {
    if (now - this.#sentAt < this.#apartMs || (this.#subscriptions?.waitMs(now) ?? 0) > 0) return null;
    const first = this.#frames[this.#nextFrame];
    if (first) this.#nextFrame += 1;
    const frame = first ?? this.#extra.shift();
    if (!frame) return null;
    this.#subscriptions?.note(now);
    this.sent(now);
    return frame.text;
  }

  /** Something else took its turn: a ping as text. */
  sent(now: number): void {
    this.#sentAt = now;
  }
}
