import { ensureNever } from '../../protocol/assert.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { HaltId, Micros, UserId, VenueId } from '../../protocol/units.ts';
import { cancelling, untouched, type HaltState, type JoinedPress, type VenueProgress } from './state.ts';

/** What people ask. Who they are and their factor were checked before. */
export type HaltRequest =
  | { readonly kind: 'press'; readonly haltId: HaltId; readonly by: UserId; readonly reason: string }
  | { readonly kind: 'cancel-all'; readonly haltId: HaltId; readonly by: UserId }
  | { readonly kind: 'take-back'; readonly haltId: HaltId; readonly by: UserId }
  | { readonly kind: 'release'; readonly haltId: HaltId; readonly by: UserId };

/** What the venues' loops saw. */
export type VenueReport =
  /** A round of cancels is on its way. */
  | { readonly kind: 'sent'; readonly venue: VenueId }
  /** Every cancel of the round was answered with success. Not a confirmation. */
  | { readonly kind: 'acknowledged'; readonly venue: VenueId }
  /** A re-read: open orders, foreign ones among them, and our own whose fate is not known yet. */
  | {
      readonly kind: 'reread';
      readonly venue: VenueId;
      readonly open: number;
      readonly foreign: number;
      readonly inFlight: number;
    }
  /** A refusal or silence: what was confirmed may not hold any more. */
  | { readonly kind: 'trouble'; readonly venue: VenueId; readonly sentence: string }
  /** An order showed up as open by itself. */
  | { readonly kind: 'appeared'; readonly venue: VenueId }
  | { readonly kind: 'deadline' };

export type HaltEffect =
  { readonly kind: 'close-gate' } | { readonly kind: 'open-gate' } | { readonly kind: 'start-cancelling' };

export interface HaltStep {
  readonly state: HaltState;
  readonly effects: readonly HaltEffect[];
  /** What to answer: a sentence, or why not. */
  readonly answer: Result<string>;
}

/** Zero re-reads in a row before a venue is confirmed. */
export const ZEROS = 2;
/** After this a venue that is not at zero is called residual; cancelling goes on. */
export const DEADLINE_MS = 5000;
/** Presses of one person that are remembered as joined, and halts that are remembered as over. */
const JOINED_EACH = 100;
const OVER_KEPT = 200;

/**
 * The halt's decisions. Pure. `gate closed` is the first effect of a press and needs nothing else;
 * a weaker request never lowers what a stronger one did; only a re-read makes a venue green.
 */
export function request(state: HaltState, asked: HaltRequest, now: Micros): HaltStep {
  switch (asked.kind) {
    case 'press':
      return press(state, asked, now);
    case 'cancel-all':
      return cancelAll(state, asked, now);
    case 'take-back':
      return takeBack(state, asked, now);
    case 'release':
      return release(state, asked, now);
    default:
      return ensureNever(asked);
  }
}

function press(state: HaltState, asked: Extract<HaltRequest, { kind: 'press' }>, now: Micros): HaltStep {
  const { haltId, by, reason } = asked;
  if (state.over.includes(haltId)) return same(state, ok('This halt is over already; nothing was changed.'));
  if (state.phase === 'trading') {
    const halted: HaltState = {
      ...state,
      phase: 'blocked',
      haltId,
      joined: [],
      cause: { kind: 'pressed', by, reason },
      presser: by,
      crashed: false,
      pressedAt: now,
      gateClosedAt: null,
      factorBy: null,
      factorAt: null,
      overdue: false,
      confirmedAt: null,
      releasedBy: null,
      releasedAt: null,
      venues: state.venues.map(untouched),
    };
    const sentence =
      'The gate is closed: no order leaves. Nothing is cancelled yet; give your factor for that.';
    return { state: halted, effects: [{ kind: 'close-gate' }], answer: ok(sentence) };
  }
  if (knows(state, haltId)) return same(state, ok('The gate is closed already by this halt.'));
  // Another press joins the halt that runs. It makes nobody the presser of one that a crash began.
  const joined = { ...state, joined: remembered([...state.joined, { haltId, by }], by) };
  return {
    state: joined,
    effects: [{ kind: 'close-gate' }],
    answer: ok('A halt runs already; yours joined it.'),
  };
}

/** One person's repeated presses push out their own oldest, never somebody else's. */
function remembered(joined: readonly JoinedPress[], by: UserId): readonly JoinedPress[] {
  const own = joined.filter((one) => one.by === by);
  if (own.length <= JOINED_EACH) return joined;
  return joined.filter((one) => one !== own[0]);
}

/** Lowers risk: whatever halt it was meant for, while one runs it is carried out. */
function cancelAll(
  state: HaltState,
  { haltId, by }: Extract<HaltRequest, { kind: 'cancel-all' }>,
  now: Micros,
): HaltStep {
  if (state.phase === 'trading') return same(state, notHalted(state, haltId));
  const answer = ok('Everything is being cancelled already.');
  if (cancelling(state.phase)) {
    if (state.factorBy !== null) return same(state, answer);
    // A cancel that went on by itself has its first person now: a release needs one.
    return { state: { ...state, factorBy: by, factorAt: now }, effects: [], answer };
  }
  const next: HaltState = {
    ...state,
    phase: 'cancelling',
    factorBy: by,
    factorAt: now,
    overdue: false,
    confirmedAt: null,
    venues: state.venues.map(untouched),
  };
  const effects = [{ kind: 'close-gate' }, { kind: 'start-cancelling' }] as const;
  return { state: settle(next, now), effects, answer: ok('Every order at every venue is being cancelled.') };
}

function takeBack(
  state: HaltState,
  { haltId, by }: Extract<HaltRequest, { kind: 'take-back' }>,
  now: Micros,
): HaltStep {
  const refused = (code: string, sentence: string): HaltStep => same(state, refuse(code, sentence));
  if (state.over.includes(haltId)) return same(state, ok('This halt is over already.'));
  if (!knows(state, haltId)) return same(state, noSuchHalt(state));
  if (state.phase !== 'blocked') {
    return refused('cancelled', 'Orders were cancelled: only a release by another person ends this.');
  }
  if (state.presser === null) {
    return refused('not-pressed', 'Nobody pressed this halt: cancel everything, then release it.');
  }
  if (state.crashed) {
    const sentence = 'The server went down in this halt: cancel everything, then another person releases it.';
    return refused('after-crash', sentence);
  }
  if (state.presser !== by) {
    return refused('not-yours', `Only ${state.presser}, who pressed it, can take this halt back.`);
  }
  const others = state.joined.filter((press) => press.by !== by).map((press) => press.by ?? 'someone');
  if (others.length > 0) {
    const names = [...new Set(others)].join(', ');
    const sentence = `${names} pressed too: cancel everything, then another person releases it.`;
    return refused('others-pressed', sentence);
  }
  return over(state, by, now, 'The halt was taken back; orders are let through again.');
}

function release(
  state: HaltState,
  { haltId, by }: Extract<HaltRequest, { kind: 'release' }>,
  now: Micros,
): HaltStep {
  if (state.over.includes(haltId)) return same(state, ok('This halt is over already.'));
  if (!knows(state, haltId)) return same(state, noSuchHalt(state));
  const alone = oneAlone(state, by);
  if (alone) return same(state, alone);
  if (state.phase !== 'confirmed') {
    const left = state.venues.filter((venue) => venue.confirmedZeroAt === null).map(({ name }) => name);
    const sentence = `Not every venue is confirmed at zero yet: ${left.join(', ')}.`;
    return same(state, refuse('not-confirmed', sentence));
  }
  const silent = state.venues.filter((venue) => venue.trouble !== null).map(({ name }) => name);
  if (silent.length > 0) {
    const sentence = `The last look at ${silent.join(', ')} failed; wait until it shows zero again.`;
    return same(state, refuse('not-confirmed', sentence));
  }
  return over(state, by, now, 'The halt was released; orders are let through again.');
}

/**
 * Why this person may not release; null when a second one stands beside them. Against the
 * presser; where nobody pressed, against the one whose factor cancelled, so that two are always in it.
 */
function oneAlone(state: HaltState, by: UserId): Result<string> | null {
  if (state.presser === by) {
    return refuse('same-person', 'Who pressed a halt can not release it: another person must.');
  }
  if (state.presser !== null) return null;
  if (state.factorBy === null) {
    const sentence = 'Nobody gave a factor in this halt yet: one person cancels, then another releases.';
    return refuse('needs-two', sentence);
  }
  if (state.factorBy !== by) return null;
  return refuse(
    'same-person',
    'You cancelled in this halt, which nobody pressed: another person releases it.',
  );
}

function over(state: HaltState, by: UserId, now: Micros, sentence: string): HaltStep {
  const ended = [
    ...state.joined.map((press) => press.haltId),
    ...(state.haltId === null ? [] : [state.haltId]),
  ];
  const next: HaltState = {
    ...state,
    phase: 'trading',
    joined: [],
    presser: null,
    overdue: false,
    releasedBy: by,
    releasedAt: now,
    over: [...state.over, ...ended].slice(-Math.max(OVER_KEPT, ended.length)),
  };
  return { state: next, effects: [{ kind: 'open-gate' }], answer: ok(sentence) };
}

/** What a venue's loop saw. Ignored when nothing is being cancelled. */
export function report(state: HaltState, seen: VenueReport, now: Micros): HaltState {
  if (!cancelling(state.phase)) return state;
  if (seen.kind === 'deadline') return settle({ ...state, overdue: true }, now);
  const venues = state.venues.map((venue) =>
    venue.venue === seen.venue ? progress(venue, seen, now) : venue,
  );
  return settle({ ...state, venues }, now);
}

function progress(
  venue: VenueProgress,
  seen: Exclude<VenueReport, { kind: 'deadline' }>,
  now: Micros,
): VenueProgress {
  switch (seen.kind) {
    case 'sent':
      return { ...venue, sentAt: venue.sentAt ?? now, attempts: venue.attempts + 1 };
    case 'acknowledged':
      return { ...venue, acknowledgedAt: venue.acknowledgedAt ?? now, trouble: null };
    case 'reread': {
      const zeros = seen.open === 0 && seen.inFlight === 0 ? venue.zeros + 1 : 0;
      // What was taken is not what is gone, and where nothing stood nothing was sent: only looks count.
      const confirmed = zeros >= ZEROS;
      return {
        ...venue,
        zeros,
        openOrders: seen.open,
        foreignOrders: seen.foreign,
        confirmedZeroAt:
          zeros === 0 ? null : confirmed ? (venue.confirmedZeroAt ?? now) : venue.confirmedZeroAt,
        trouble: seen.inFlight > 0 ? inFlightText(seen.inFlight) : seen.open > 0 ? venue.trouble : null,
      };
    }
    case 'trouble':
      return { ...venue, trouble: seen.sentence };
    case 'appeared':
      return { ...venue, zeros: 0, confirmedZeroAt: null };
    default:
      return ensureNever(seen);
  }
}

function inFlightText(count: number): string {
  return `${count} orders were sent and not answered: they may still arrive.`;
}

/** The phase that the venues' rows add up to. */
function settle(state: HaltState, now: Micros): HaltState {
  if (state.venues.every((venue) => venue.confirmedZeroAt !== null)) {
    return state.phase === 'confirmed' ? state : { ...state, phase: 'confirmed', confirmedAt: now };
  }
  const phase = state.overdue ? 'residual' : 'cancelling';
  if (state.phase === phase && state.confirmedAt === null) return state;
  return { ...state, phase, confirmedAt: null };
}

function knows(state: HaltState, haltId: HaltId): boolean {
  return (
    state.phase !== 'trading' &&
    (state.haltId === haltId || state.joined.some((press) => press.haltId === haltId))
  );
}

function notHalted(state: HaltState, haltId: HaltId): Result<string> {
  if (state.over.includes(haltId)) return refuse('not-halted', 'This halt is over already.');
  return refuse('not-halted', 'Nothing is halted.');
}

function noSuchHalt(state: HaltState): Result<string> {
  if (state.phase === 'trading') return refuse('not-halted', 'Nothing is halted.');
  return refuse('other-halt', 'Another halt runs; look at it again before you act on it.');
}

function same(state: HaltState, answer: Result<string>): HaltStep {
  return { state, effects: [], answer };
}
