import type { FeedState } from '../../protocol/health.ts';
import type { Session } from './session.ts';

/** A feed's state and why it is in it. */
export interface FeedWords {
  readonly state: FeedState;
  readonly sentence: string;
}

export interface FeedFacts {
  readonly ended: boolean;
  /** Null until the instruments are known. */
  readonly session: Pick<Session, 'phase' | 'sentence' | 'failures'> | null;
  readonly startFault: string | null;
  readonly restFault: string | null;
  readonly books: number;
  /** Books that are not in step. */
  readonly missing: number;
  readonly remark: string;
}

const PHASES: readonly Session['phase'][] = [
  'live',
  'stale',
  'subscribing',
  'connecting',
  'idle',
  'waiting',
  'stopped',
];

/** Of several connections the one that a feed's state is about. */
export function worstOf<T extends Pick<Session, 'phase'>>(sessions: readonly T[]): T | null {
  let worst: T | null = null;
  for (const session of sessions) {
    if (!worst || PHASES.indexOf(session.phase) > PHASES.indexOf(worst.phase)) worst = session;
  }
  return worst;
}

/** What the health panel says of a feed. Pure. */
export function describeFeed(facts: FeedFacts): FeedWords {
  const { session } = facts;
  if (facts.ended) {
    return { state: 'ended', sentence: 'The capture has ended: what is shown is its last state.' };
  }
  if (!session) {
    return facts.startFault === null
      ? { state: 'connecting', sentence: 'Asking the venue for its instruments.' }
      : { state: 'down', sentence: facts.startFault };
  }
  switch (session.phase) {
    case 'live':
      return describeLive(facts, session.sentence);
    case 'stale':
      return { state: 'stale', sentence: session.sentence };
    case 'idle':
    case 'connecting':
    case 'subscribing':
      return { state: session.failures > 0 ? 'down' : 'connecting', sentence: session.sentence };
    case 'waiting':
    case 'stopped':
      return { state: 'down', sentence: session.sentence };
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
