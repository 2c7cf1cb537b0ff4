import type { FeedState } from '../../protocol/health.ts';
import type { Line } from './line.ts';
import type { SessionPhase } from './session.ts';

/** A feed's state and why it is in it. */
export interface FeedWords {
  readonly state: FeedState;
  readonly sentence: string;
}

export interface FeedFacts {
  readonly ended: boolean;
  /** Null until the instruments are known. */
  readonly line: Pick<Line, 'phase' | 'sentence' | 'failures'> | null;
  readonly startFault: string | null;
  readonly restFault: string | null;
  readonly books: number;
  /** Books that are not in step. */
  readonly missing: number;
  readonly remark: string;
}

const PHASES: readonly SessionPhase[] = [
  'live',
  'stale',
  'subscribing',
  'connecting',
  'idle',
  'waiting',
  'stopped',
];

/** Of several lines the one that a feed's state is about. */
export function worstOf<T extends Pick<Line, 'phase'>>(lines: readonly T[]): T | null {
  let worst: T | null = null;
  for (const line of lines) {
    if (!worst || PHASES.indexOf(line.phase) > PHASES.indexOf(worst.phase)) worst = line;
  }
  return worst;
}

/** What the health panel says of a feed. Pure. */
export function describeFeed(facts: FeedFacts): FeedWords {
  const { line } = facts;
  if (facts.ended) {
    return { state: 'ended', sentence: 'The capture has ended: what is shown is its last state.' };
  }
  if (!line) {
    return facts.startFault === null
      ? { state: 'connecting', sentence: 'Asking the venue for its instruments.' }
      : { state: 'down', sentence: facts.startFault };
  }
  switch (line.phase) {
    case 'live':
      return describeLive(facts, line.sentence);
    case 'stale':
      return { state: 'stale', sentence: line.sentence };
    case 'idle':
    case 'connecting':
    case 'subscribing':
    case 'waiting':
      // A wait before the first try is for its turn only.
      return { state: line.failures > 0 ? 'down' : 'connecting', sentence: line.sentence };
    case 'stopped':
      return { state: 'down', sentence: line.sentence };
  }
}

function describeLive({ missing, books, remark, restFault }: FeedFacts, sentence: string): FeedWords {
  const why = restFault === null ? '' : ` ${restFault}`;
  if (missing > 0) {
    const building = `${missing} of ${books} books are being built from a snapshot.`;
    return { state: 'resyncing', sentence: building + why };
  }
  return { state: 'live', sentence: `${sentence} ${remark}${why}`.trim() };
}
