import type { ChainRule } from './dialect.ts';

/** Where changes stand to a book that has everything up to `have`. */
export type Link = 'next' | 'old' | 'gap';

/** The numbers of a depth message that its venue's rule looks at. */
export interface Numbered {
  readonly firstUpdate: number;
  readonly lastUpdate: number;
  /** Of the rule `previous` only. */
  readonly previousUpdate: number;
}

/**
 * Whether a message of changes follows update `have`. `bridged`: the book has taken a change since its
 * snapshot; the first change behind a snapshot may reach back into it. Pure.
 */
export function linkOf(rule: ChainRule, change: Numbered, have: number, bridged: boolean): Link {
  if (rule === 'none') return 'next';
  if (rule === 'previous') {
    // Before any comparison of numbers: they may start over (OKX after maintenance, Bybit after a
    // restart). So a smaller number is no older one: only the very last message can be told to be here.
    if (change.previousUpdate === have) return 'next';
    if (bridged) return change.lastUpdate === have ? 'old' : 'gap';
  }
  if (change.lastUpdate <= have) return 'old';
  return change.firstUpdate > have + 1 ? 'gap' : 'next';
}
