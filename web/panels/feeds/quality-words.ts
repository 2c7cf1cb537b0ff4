import type { FeedChannel, FeedProof, FeedQuality, Means } from '../../../protocol/feed-quality.ts';
import type { FeedLine, FeedView } from '../../../protocol/health.ts';
import type { Tone } from '../../state/tone.ts';
import { compact, formatMs, formatOffset, plural } from '../../ui/format.ts';

export const CHANNEL_WORDS: Readonly<Record<FeedChannel['channel'], string>> = {
  book: 'book',
  ticker: 'best bid and offer',
  trades: 'trades',
};

const MEANS_WORDS: Readonly<Record<Means, string>> = {
  chain: 'chain',
  'frame-number': 'frame number',
  'update-number': 'update number',
  'trade-id': 'trade id',
  checksum: 'CRC',
};

/** By what the data would give it away; where it could not, that is said, and never left blank. */
export const meansText = (means: Means | null): string =>
  means === null ? 'not verifiable' : MEANS_WORDS[means];

export const PROOF_WORDS: Readonly<Record<FeedProof, string>> = {
  capture: 'proven by capture',
  documentation: 'by documentation, not proven by capture',
  library: 'by ccxt, proven by that library alone',
};

export const FEED_TONES: Readonly<Record<FeedView['state'], Tone>> = {
  connecting: 'unknown',
  connected: 'unknown',
  subscribed: 'caution',
  live: 'ok',
  quiet: 'ok',
  stale: 'caution',
  resyncing: 'caution',
  ended: 'ok',
  down: 'warning',
};

export const rateText = ({ perSecond }: Pick<FeedChannel, 'perSecond'>): string =>
  perSecond === null ? 'not measured' : `${compact(perSecond)} /s`;

/** `0.8 / 3.2 ms`: p50 and p99 of the way from the venue's clock to ours. */
export const latencyText = ({ latency }: Pick<FeedChannel, 'latency'>): string =>
  latency === null ? 'not measured' : `${formatMs(latency.p50Ms)} / ${formatMs(latency.p99Ms)}`;

export function clockText(feed: FeedView): string {
  const { clockOffsetMs: offset, clockUncertaintyMs: error, clockSource: source } = feed;
  if (offset === null || error === null) return 'clock offset not measured';
  const judged = source === 'messages' ? ', judged by when its messages come' : '';
  return `clock ${formatOffset(offset, error)}${judged}`;
}

export const countsText = ({ gaps, resyncs, reconnects }: FeedView): string =>
  `${plural(gaps, 'gap')}, ${plural(resyncs, 'resync')}, ${plural(reconnects, 'reconnect')}`;

/** What comes over a connection: `12 books`, `12 books and marks`, `3 marks`. */
export function carriedText({ books, marks }: Pick<FeedLine, 'books' | 'marks'>): string {
  if (books > 0 && books === marks) return `${plural(books, 'book')} and ${books === 1 ? 'mark' : 'marks'}`;
  const parts = [
    ...(books > 0 ? [plural(books, 'book')] : []),
    ...(marks > 0 ? [plural(marks, 'mark')] : []),
  ];
  return parts.length === 0 ? 'no book' : parts.join(', ');
}

/** What was held against what, only where something was. */
export function checksText({ checks }: FeedQuality): string {
  const { chained, checksums, checksumsFailed, compared, differed } = checks;
  return [
    ...(chained > 0 ? [`${compact(chained)} updates chained`] : []),
    ...(checksums > 0 ? [`${compact(checksums)} CRC checked, ${checksumsFailed} failed`] : []),
    ...(compared > 0 ? [`${compact(compared)} best prices held against the book, ${differed} differed`] : []),
  ].join(' · ');
}
