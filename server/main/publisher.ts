import type { ControlChange } from '../../protocol/messages.ts';
import type { Cancel, Clock } from '../clock.ts';
import { TokenBucket } from '../relay/limits.ts';

const BATCH_MS = 250;
/** Quarantined messages that consoles are shown; all are counted in the feed's own view. */
const QUARANTINED = { perSecond: 5, burst: 50 };

/** What moves often and is sent at most four times a second, by name. */
type Batched = 'limits' | 'halt';

/** Numbers the changes of the control state and hands them to the relay, in order. */
export class Publisher {
  readonly #clock: Clock;
  readonly #send: (seq: number, change: ControlChange) => void;
  readonly #read: Readonly<Record<Batched, () => ControlChange>>;
  readonly #quarantined: TokenBucket;
  readonly #dirty = new Set<Batched>();
  #timer: Cancel | null = null;
  #seq = 0;

  constructor(
    clock: Clock,
    read: Readonly<Record<Batched, () => ControlChange>>,
    send: (seq: number, change: ControlChange) => void,
  ) {
    this.#clock = clock;
    this.#read = read;
    this.#send = send;
    this.#quarantined = new TokenBucket(QUARANTINED, clock.monotonicMicros() / 1000);
  }

  /** The number of the last change sent; a snapshot taken now carries it. */
  get seq(): number {
    return this.#seq;
  }

  publish(change: ControlChange): void {
    if (change.type === 'quarantined' && !this.#quarantined.take(this.#clock.monotonicMicros() / 1000))
      return;
    this.#seq += 1;
    this.#send(this.#seq, change);
  }

  /** Sends it as it is then, within 250 ms. */
  soon(what: Batched): void {
    this.#dirty.add(what);
    this.#timer ??= this.#clock.setTimer(BATCH_MS, () => this.flush());
  }

  flush(): void {
    this.#timer?.();
    this.#timer = null;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const what of dirty) this.publish(this.#read[what]());
  }
}
