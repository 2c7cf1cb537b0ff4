import type { QuoteState } from '../../../protocol/quotes.ts';

export const BOOK_WORDS: Readonly<Record<QuoteState, string>> = {
  never: 'no data yet',
  live: 'live',
  quiet: 'quiet',
  stale: 'stale',
  resyncing: 'resyncing',
  ended: 'ended',
  quarantined: 'quarantined',
};
