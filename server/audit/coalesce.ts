import type { Cancel, Clock } from '../clock.ts';
import type { AuditEntry } from './record.ts';

interface Log {
  append(entry: AuditEntry): Promise<void>;
  appendNow(entry: AuditEntry): unknown;
  writable(): boolean;
}

interface Window {
  written: number;
  left: number;
  /** The last one that was left out. */
  last: AuditEntry;
}

/** Refusals of one actor for one reason that are written one by one in a second. */
const WRITTEN_EACH = 10;
/** Of callers that nobody knows: one, so that a stranger writes no log full. */
const WRITTEN_UNKNOWN = 1;
const REFUSALS: ReadonlySet<string> = new Set(['order.refuse', 'command.refused', 'strategy.refused']);
const WINDOW_MS = 1000;

/**
 * A log in front of the log: a loop of refused orders or commands must not fill the disk. The first refusals of
 * a second (by actor and code) are written as they are; of the rest the last one, with how many it
 * stands for. Everything else passes untouched.
 */
export class CoalescedRefusals implements Log {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  #timer: Cancel | null = null;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  append(entry: AuditEntry): Promise<void> {
    return this.#log.append(entry);
  }

  appendNow(entry: AuditEntry): void {
    if (!REFUSALS.has(entry.action)) {
      this.#log.appendNow(entry);
      return;
    }
    const key = `${entry.actor} ${String(entry.details['code'])}`;
    const window = this.#windows.get(key) ?? { written: 0, left: 0, last: entry };
    this.#windows.set(key, window);
    this.#timer ??= this.#clock.setTimer(WINDOW_MS, () => this.flush());
    if (window.written < (entry.actor === 'unknown' ? WRITTEN_UNKNOWN : WRITTEN_EACH)) {
      window.written += 1;
      this.#log.appendNow(entry);
      return;
    }
    window.left += 1;
    window.last = entry;
  }

  writable(): boolean {
    return this.#log.writable();
  }

  /** Writes what the second that runs has left out; before a stop too. */
  flush(): void {
    this.#timer?.();
    this.#timer = null;
    const windows = [...this.#windows.values()];
    this.#windows.clear();
    for (const { left, last } of windows) {
      if (left > 0) this.#log.appendNow({ ...last, details: { ...last.details, refusals: left } });
    }
  }
}
