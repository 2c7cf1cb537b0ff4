import type { AnchorView } from '../../../protocol/audit.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { Cancel, Clock } from '../../clock.ts';
import type { Head } from '../signer.ts';
import type { Anchor } from './anchor.ts';

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;
/** A database that is just being opened, one lost packet: worth no alarm. */
const FAILING_MICROS = 15_000_000;

/** One anchor's standing: what it has, whether it works, and the next try when it does not. */
export class AnchorKeeper {
  readonly #anchor: Anchor;
  readonly #clock: Clock;
  readonly #changed: () => void;
  #wanted: Head | null = null;
  #size: number | null = null;
  #at: Micros | null = null;
  #trouble: string | null = null;
  #failingSince: number | null = null;
  /** What the anchor holds that this log is not: nothing mends that but a person. */
  #mismatch: string | null = null;
  /** Before that is known nothing is put: a put would cover up what the anchor has. */
  #isChecked = false;
  #putting: Promise<void> | null = null;
  #retryMs = FIRST_RETRY_MS;
  #retry: Cancel | null = null;
  #closed = false;

  constructor(anchor: Anchor, clock: Clock, changed: () => void) {
    this.#anchor = anchor;
    this.#clock = clock;
    this.#changed = changed;
  }

  get anchor(): Anchor {
    return this.#anchor;
  }

  view(): AnchorView {
    const { kind, name } = this.#anchor;
    return { kind, name, size: this.#size, at: this.#at, trouble: this.#mismatch ?? this.#trouble };
  }

  /** Its trouble, when that is worth a person's eye. */
  failing(): { readonly kind: 'mismatch' | 'down'; readonly sentence: string } | null {
    if (this.#mismatch !== null) return { kind: 'mismatch', sentence: this.#mismatch };
    const since = this.#failingSince;
    if (this.#trouble === null || since === null) return null;
    if (this.#clock.monotonicMicros() - since < FAILING_MICROS) return null;
    return { kind: 'down', sentence: this.#trouble };
  }

  /** What it was found to have when the server started: heads of this log, or none yet. */
  isChecked(newest: { readonly size: number; readonly at: Micros } | null): void {
    this.#size = newest?.size ?? null;
    this.#at = newest?.at ?? null;
    this.#works();
    this.#isChecked = true;
    if (this.#wanted) this.put(this.#wanted);
    this.#changed();
  }

  /** It has a head that this log is not: nothing more is put there, so that it stays the newest. */
  disagrees(sentence: string): void {
    this.#mismatch = sentence;
    this.#changed();
  }

  fails(sentence: string): void {
    this.#trouble = sentence;
    this.#failingSince ??= this.#clock.monotonicMicros();
    this.#changed();
  }

  /** Puts the head there, unless it has it; while one is put, the newest wanted follows. */
  put(head: Head): void {
    if (head.size <= (this.#size ?? 0) || this.#mismatch !== null) return;
    this.#wanted = head;
    // While it fails, its own retries decide when.
    if (this.#isChecked && !this.#putting && !this.#retry) this.#go();
  }

  /** What is wanted is put, or given up when `until` comes first. */
  async close(until: Promise<unknown>): Promise<void> {
    this.#closed = true;
    this.#retry?.();
    this.#retry = null;
    if (this.#isChecked && !this.#putting) this.#go();
    const settled = async (): Promise<void> => {
      while (this.#putting) await this.#putting;
    };
    await Promise.race([settled(), until]);
    await this.#anchor.close();
  }

  #go(): void {
    const head = this.#wanted;
    this.#wanted = null;
    if (!head) return;
    this.#putting = this.#anchor.put(head).then((done) => {
      this.#putting = null;
      if (done.ok) {
        this.#size = head.size;
        this.#at = this.#clock.wallMicros();
        this.#works();
        this.#go();
        this.#changed();
      } else {
        this.#wanted ??= head;
        if (!this.#closed) this.#tryAgain();
        this.fails(done.error.sentence);
      }
    });
  }

  #works(): void {
    this.#trouble = null;
    this.#failingSince = null;
    this.#retryMs = FIRST_RETRY_MS;
  }

  #tryAgain(): void {
    this.#retry = this.#clock.setTimer(this.#retryMs, () => {
      this.#retry = null;
      this.#go();
    });
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  }
}
