import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import { Throttle, type Door } from './throttle.ts';
import { matchStep } from './totp.ts';

export interface CodeTry {
  readonly code: string;
  /** null: there is nobody whose code it could be; answered like a wrong one. */
  readonly secret: string | null;
  readonly door: Door;
  /** Steps that this user has used for this purpose. */
  readonly used: readonly number[];
}

/** Whether a code is right, new and not too soon after wrong ones. */
export class Codes {
  readonly #clock: Clock;
  readonly #throttle = new Throttle();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time step that the code matches; refused as `too-many-attempts`, `wrong-code` or `code-used`. */
  check({ code, secret, door, used }: CodeTry): Result<number> {
    const now = this.#clock.monotonicMicros();
    const waitMs = this.#throttle.waitMs(door, now);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      return refuse('too-many-attempts', `Too many wrong codes: the next is heard in ${seconds} s.`);
    }
    const step = secret === null ? null : matchStep(secret, code, this.#clock.wallMicros() / 1_000_000);
    if (step === null) {
      this.#throttle.failed(door, now);
      return wrongCode();
    }
    if (used.includes(step)) {
      return refuse('code-used', 'This code was used already; wait for the next one (30 s).');
    }
    this.#throttle.succeeded(door);
    return ok(step);
  }
}

export function wrongCode(): Result<never> {
  return refuse('wrong-code', 'That code is not right. Codes change every 30 seconds.');
}
