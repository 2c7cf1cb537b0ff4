import { isHeard, type FeedLine, type FeedState } from '../../protocol/health.ts';
import type { Market } from './market.ts';
import type { SessionPhase } from './session.ts';

/** A state and why it is in it. */
export interface FeedWords {
  readonly state: FeedState;
  readonly sentence: string;
}

/** How many instruments' books, and how many instruments' marks, come over a line. */
export type Carried = Pick<FeedLine, 'books' | 'marks'>;

export interface LineFacts {
  readonly phase: SessionPhase;
  readonly failures: number;
  /** Of its session. */
  readonly sentence: string;
  /** Whose book comes over it. */
  readonly books: readonly Pick<Market, 'synced' | 'wasSynced' | 'state'>[];
}

export interface FeedFacts {
  readonly ended: boolean;
  /** Null until the instruments are known. */
  readonly lines: readonly FeedLine[] | null;
  readonly startFault: string | null;
  readonly restFault: string | null;
  readonly books: number;
  /** Books that are not in step. */
  readonly missing: number;
  /** Instruments that are quarantined. */
  readonly distrusted: readonly { readonly name: string; readonly byHand: boolean }[];
  /** A person paused the replay. */
  readonly held: boolean;
  readonly remark: string;
}

/** Worst last. */
const STATES: readonly FeedState[] = [
  'ended',
  'live',
  'quiet',
  'resyncing',
  'subscribed',
  'stale',
  'connected',
  'connecting',
  'down',
];

/** How one line stands. Pure. */
export function describeLine({ phase, failures, sentence, books }: LineFacts): FeedWords {
  switch (phase) {
    case 'stopped':
      return { state: 'down', sentence };
    case 'idle':
    case 'waiting':
    case 'connecting':
      // A wait before the first try is for its turn only.
      return { state: failures > 0 ? 'down' : 'connecting', sentence };
    case 'subscribing':
      return { state: failures > 0 ? 'down' : 'connected', sentence };
    case 'stale':
      return { state: 'stale', sentence };
    case 'live':
      break;
  }
  const missing = books.filter((market) => !market.synced).length;
  if (missing > 0) {
    const building = `${missing} of ${books.length} books are being built from a snapshot.`;
    const isFirst = books.every((market) => !market.wasSynced);
    return { state: isFirst ? 'subscribed' : 'resyncing', sentence: building };
  }
  if (books.length > 0 && books.every((market) => market.state === 'quiet')) {
    return { state: 'quiet', sentence: 'No instrument tells anything; the connection itself answers.' };
  }
  return { state: 'live', sentence };
}

/** Of several lines the one that a feed's state is about. */
export function worstOf<Words extends Pick<FeedWords, 'state'>>(lines: readonly Words[]): Words | null {
  let worst: Words | null = null;
  for (const line of lines) {
    if (!worst || STATES.indexOf(line.state) > STATES.indexOf(worst.state)) worst = line;
  }
  return worst;
}

const HELD: FeedWords = { state: 'quiet', sentence: 'The replay is paused.' };

/** What the health panel says of a feed. Pure. */
export function describeFeed(facts: FeedFacts): FeedWords {
  if (facts.ended) {
    return { state: 'ended', sentence: 'The capture has ended: what is shown is its last state.' };
  }
  const line = facts.lines && worstOf(facts.lines);
  if (!line) {
    return facts.startFault === null
      ? { state: 'connecting', sentence: 'Asking the venue for its instruments.' }
      : { state: 'down', sentence: facts.startFault };
  }
  const why = quarantined(facts.distrusted) + (facts.restFault === null ? '' : ` ${facts.restFault}`);
  switch (line.state) {
    case 'live':
    case 'quiet': {
      const { state, sentence } = facts.held ? HELD : line;
      return { state, sentence: `${sentence} ${facts.remark}${why}`.trim() };
    }
    case 'subscribed':
    case 'resyncing': {
      // Nothing comes, however long one waits: that is no fault of anybody.
      if (facts.held) return { state: line.state, sentence: `${HELD.sentence} ${missingText(facts)}` };
      const building = `${facts.missing} of ${facts.books} books are being built from a snapshot.`;
      return { state: line.state, sentence: building + why };
    }
    default:
      return { state: line.state, sentence: which(line, facts.lines) + line.sentence };
  }
}

/** Of which connections a sentence is, where it is not of all. */
function which(line: FeedLine, lines: readonly FeedLine[]): string {
  const silent = lines.filter((each) => !isHeard(each)).length;
  if (silent === lines.length) return '';
  return `${silent} of ${lines.length} connections, ${silent === 1 ? 'the one' : 'one'} with ${cargoOf(line)}: `;
}

/** `the books of 3 instruments` */
export function cargoOf({ books, marks }: Carried): string {
  const of = (count: number): string => `of ${count} ${count === 1 ? 'instrument' : 'instruments'}`;
  if (books === marks) return `the books and marks ${of(books)}`;
  const parts = [
    ...(books > 0 ? [`the books ${of(books)}`] : []),
    ...(marks > 0 ? [`the marks ${of(marks)}`] : []),
  ];
  return parts.join(' and ');
}

const missingText = ({ missing, books }: FeedFacts): string =>
  `${missing} of ${books} books come later in the recording.`;

function quarantined(distrusted: FeedFacts['distrusted']): string {
  const names = (byHand: boolean): string[] =>
    distrusted.flatMap((each) => (each.byHand === byHand ? [each.name] : []));
  const refused = quarantinedBecause(names(false), 'too many messages were refused');
  return refused + quarantinedBecause(names(true), 'a person said so');
}

function quarantinedBecause(names: readonly string[], why: string): string {
  const [first] = names;
  if (first === undefined) return '';
  const who = names.length === 1 ? `${first} is` : `${first} and ${names.length - 1} more are`;
  return ` ${who} quarantined: ${why}.`;
}
