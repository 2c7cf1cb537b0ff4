import type { Quarantined } from '../../protocol/health.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { Micros, VenueId } from '../../protocol/units.ts';

const KEPT_BYTES = 2048;
/** Passed on in a second; a venue that sends nothing but rubbish must not flood the control thread. */
const PASSED_A_SECOND = 20;
const SHOWN_CODES = 20;

/** Refused messages: all counted, so many a second passed on with their bytes. */
export class Quarantine {
  readonly #venue: VenueId;
  readonly #onQuarantined: (message: Quarantined) => void;
  readonly #byCode = new Map<string, number>();
  #count = 0;
  #second = 0;
  #passed = 0;

  constructor(venue: VenueId, onQuarantined: (message: Quarantined) => void) {
    this.#venue = venue;
    this.#onQuarantined = onQuarantined;
  }

  get count(): number {
    return this.#count;
  }

  /** Why, most often first. */
  get byCode(): { code: string; count: number }[] {
    return [...this.#byCode]
      .map(([code, count]) => ({ code, count }))
      .toSorted((a, b) => b.count - a.count)
      .slice(0, SHOWN_CODES);
  }

  add(error: Refusal, bytes: Uint8Array, at: Micros): void {
    this.#count += 1;
    this.#byCode.set(error.code, (this.#byCode.get(error.code) ?? 0) + 1);
    const second = Math.floor(at / 1e6);
    if (second !== this.#second) {
      this.#second = second;
      this.#passed = 0;
    }
    if (this.#passed === PASSED_A_SECOND) return;
    this.#passed += 1;
    const kept = bytes.subarray(0, KEPT_BYTES);
    this.#onQuarantined({
      venue: this.#venue,
      at,
      code: error.code,
      sentence: error.sentence,
      bytes: Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength).toString('base64'),
    });
  }
}
