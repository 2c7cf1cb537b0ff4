/**
 * Whether a value is the highest of a time. Of a market that goes on as it did, the present look is the highest of
 * `k` looks once in `k`, whatever the law of its values: so an alarm of what is higher than a whole
 * time before comes about once in that time, with no threshold that somebody would have to know.
 */
interface Look {
  readonly at: number;
  readonly value: number;
}

export class Highest {
  readonly #span: number;
  /** Oldest first, each higher than what follows: no other can be the highest any more. */
  #held: Look[] = [];

  /** @param span of the time before, in the unit of `at`. */
  constructor(span: number) {
    this.#span = span;
  }

  /**
   * Whether it is higher than all that was seen in the span before; the first is. Then it is one of them.
   * A time before the last one begins anew: it is another past.
   *
   * @param value no number: it is not the highest, and is not remembered.
   */
  step(at: number, value: number): boolean {
    if (!Number.isFinite(value)) return false;
    if (at < (this.#held.at(-1)?.at ?? -Infinity)) this.#held = [];
    while (at - (this.#held[0]?.at ?? at) > this.#span) this.#held.shift();
    const isHighest = this.#held.every((look) => look.value < value);
    while ((this.#held.at(-1)?.value ?? Infinity) <= value) this.#held.pop();
    this.#held.push({ at, value });
    return isHighest;
  }
}
