import { z } from 'zod';
import { haltCauseSchema, haltPhaseSchema } from '../../protocol/halt.ts';
import { unitSchema, type HaltId, type Micros } from '../../protocol/units.ts';
import { cancelling, tradingState, untouched, type HaltState, type VenueName } from './state.ts';

const time = unitSchema.micros.nullable();

/** What the log keeps of a halt: all but the venues' rows, which are read again after a restart. */
const recordedHaltSchema = z.object({
  phase: haltPhaseSchema,
  haltId: unitSchema.halt.nullable(),
  joined: z.array(
    z.union([
      z.object({ haltId: unitSchema.halt, by: unitSchema.user.nullable() }),
      // As the first records wrote it: an id alone.
      unitSchema.halt.transform((haltId) => ({ haltId, by: null })),
    ]),
  ),
  cause: haltCauseSchema.nullable(),
  presser: unitSchema.user.nullable(),
  /** A record that does not say is taken for the worse. */
  crashed: z.boolean().default(true),
  pressedAt: time,
  factorBy: unitSchema.user.nullable(),
  factorAt: time,
  releasedBy: unitSchema.user.nullable(),
  releasedAt: time,
  over: z.array(unitSchema.halt),
});

/**
 * The state to start with. `last` is the state in the last halt record, `undefined` when the
 * log has none; `crash` says why the last run did not end cleanly, null when it did.
 *
 * A halt that ran goes on: one whose orders were being cancelled cancels and re-reads again, whatever
 * it had confirmed. After a crash, or when the record can't be read, the start is halted.
 */
export function resumedState(
  last: unknown,
  crash: string | null,
  venues: readonly VenueName[],
  now: Micros,
): HaltState {
  const fresh = tradingState(venues);
  const read = last === undefined ? null : recordedHaltSchema.safeParse(last);
  if (read && !read.success) {
    return halted(fresh, 'The last record of the halt can not be read, so trading stays halted.', now);
  }
  const before = read?.data;
  if (!before || before.phase === 'trading') {
    const start = before ? { ...fresh, over: before.over, releasedBy: before.releasedBy } : fresh;
    return crash === null ? start : halted(start, crash, now);
  }
  const goesOn = cancelling(before.phase);
  return {
    ...before,
    phase: goesOn ? 'cancelling' : 'blocked',
    cause: resumedCause(before.cause, before.presser, crash),
    crashed: before.crashed || crash !== null,
    gateClosedAt: null,
    overdue: false,
    confirmedAt: null,
    venues: venues.map(untouched),
  };
}

function resumedCause(
  cause: HaltState['cause'],
  presser: HaltState['presser'],
  crash: string | null,
): HaltState['cause'] {
  if (cause?.kind === 'crash') return cause;
  const why = cause?.kind === 'pressed' ? `: ${cause.reason}` : '';
  const how = crash === null ? 'The server was stopped while halted' : 'The server went down while halted';
  if (cause?.kind === 'resumed') return cause;
  return { kind: 'resumed', sentence: `${how}${why}`, by: presser };
}

function halted(state: HaltState, sentence: string, now: Micros): HaltState {
  return {
    ...state,
    phase: 'blocked',
    haltId: `boot-${now}` as HaltId,
    cause: { kind: 'crash', sentence },
    crashed: true,
    pressedAt: now,
  };
}

/** The part of a state that goes into the log. */
export function recordedHalt(state: HaltState): z.input<typeof recordedHaltSchema> {
  const { phase, haltId, joined, cause, presser, crashed, pressedAt } = state;
  const { factorBy, factorAt, releasedBy, releasedAt } = state;
  return {
    phase,
    haltId,
    joined: [...joined],
    cause,
    presser,
    crashed,
    pressedAt,
    factorBy,
    factorAt,
    releasedBy,
    releasedAt,
    over: [...state.over],
  };
}
