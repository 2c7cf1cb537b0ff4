import type { Authority, SessionView } from '../../protocol/session.ts';
import type { Micros } from '../../protocol/units.ts';
import { permissionsOf } from './identity.ts';
import type { SessionTimes } from './session-times.ts';
import type { Session, User } from './state.ts';

/** Now by both clocks, µs: the one on the wall can step, the other never does. */
export interface Now {
  readonly wall: number;
  readonly mono: number;
}

/** A session as its owner is shown it; null where its person is gone. */
export function viewOf(
  session: Session,
  user: User | undefined,
  times: SessionTimes,
  now: Now,
): SessionView | null {
  const kind = session.wall ? 'wall' : 'person';
  if (!user && !session.wall) return null;
  const role = user?.role ?? 'viewer';
  const { factorAt, factor, signedInAt, expiresAt, endsAt } = session;
  return {
    user: session.user,
    name: session.wall?.name ?? user?.name ?? session.user,
    role,
    kind,
    session: session.session,
    permissions: [...permissionsOf(kind, role)],
    signedInAt,
    factorAt,
    factor,
    // Counted by the clock that never steps, told by the one on the wall.
    idleAt: Math.round(now.wall + times.idleIn(now.mono)) as Micros,
    expiresAt,
    endsAt,
  };
}

/** What a session may do now: everything its role may, watch only, or nothing that an idle hand should. */
export function authorityOf(session: Session, times: SessionTimes, { wall, mono }: Now): Authority {
  if (session.wall || session.expiresAt <= wall || times.expiresAt <= mono) return 'watching';
  return times.idleIn(mono) <= 0 ? 'idle' : 'full';
}

/**
 * By the clock that never steps alone: a wall clock set forward takes authority to raise risk, and
 * must not take anybody's way to halt.
 */
export function isOver(times: SessionTimes, mono: number): boolean {
  return times.endsAt <= mono;
}
