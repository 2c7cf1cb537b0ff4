import type { DialectRules } from './dialect.ts';
import { RecentIds } from './recent-ids.ts';

/** Tells a trade that came again from a new one. Pure. */
export class TradeIds {
  readonly #rule: DialectRules['tradeIds'];
  #last = -Infinity;
  /** Of unordered trades: more than a venue sends twice around a reconnect. */
  readonly #recent: RecentIds | null;
  /** While two connections tell them: what was taken since, and the last before. */
  #told: Set<number> | null = null;
  #floor = -Infinity;

  constructor(rule: DialectRules['tradeIds']) {
    this.#rule = rule;
    this.#recent = rule === 'unique' ? new RecentIds() : null;
  }

  clear(): void {
    this.#last = -Infinity;
    this.#recent?.clear();
    this.#told = null;
  }

  /** Two connections tell the same trades, each in order, and either may be ahead. */
  overlap(begins: boolean): void {
    this.#told = begins ? new Set() : null;
    this.#floor = this.#last;
  }

  /** Of those in order: none newer was here. */
  isLatest(id: number): boolean {
    return this.#rule === 'unique' || id === this.#last;
  }

  /** True, and remembered, when it was not here before. */
  isNew(id: number): boolean {
    if (this.#recent) return this.#recent.add(id);
    if (id <= this.#last && !this.#isOvertaken(id)) return false;
    this.#last = Math.max(this.#last, id);
    this.#told?.add(id);
    return true;
  }

  /** One connection told a later trade before the other told this one. */
  #isOvertaken(id: number): boolean {
    return this.#told !== null && id > this.#floor && !this.#told.has(id);
  }
}
