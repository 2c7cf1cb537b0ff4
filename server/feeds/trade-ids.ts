import type { DialectRules } from './dialect.ts';

/** Ids of unordered trades that are remembered: more than a venue sends twice around a reconnect. */
const KEPT = 1024;

/** Tells a trade that came again from a new one. Pure. */
export class TradeIds {
  readonly #rule: DialectRules['tradeIds'];
  #last = -Infinity;
  readonly #recent = new Set<number>();
  readonly #order: number[] = [];
  #at = 0;

  constructor(rule: DialectRules['tradeIds']) {
    this.#rule = rule;
  }

  clear(): void {
    this.#last = -Infinity;
    this.#recent.clear();
    this.#order.length = 0;
    this.#at = 0;
  }

  /** True, and remembered, when it was not here before. */
  isNew(id: number): boolean {
    if (this.#rule === 'increasing') {
      if (id <= this.#last) return false;
      this.#last = id;
      return true;
    }
    if (this.#recent.has(id)) return false;
    const oldest = this.#order[this.#at];
    if (oldest !== undefined) this.#recent.delete(oldest);
    this.#recent.add(id);
    this.#order[this.#at] = id;
    this.#at = (this.#at + 1) % KEPT;
    return true;
  }
}
