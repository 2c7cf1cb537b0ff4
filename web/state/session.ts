import { createStore } from 'zustand/vanilla';
import type { Permission } from '../../protocol/permissions.ts';
import type { SessionView } from '../../protocol/session.ts';

const MINUTE = 60_000_000;
/** So long before its end a session asks to be renewed. */
const WARNED_MICROS = 15 * MINUTE;
/** A factor this young will do for what lowers risk; less a little, which it takes to arrive. */
const FRESH_MICROS = 5 * MINUTE - 5_000_000;

/**
 * What a session may still do, as far as the page knows; the server decides again on each command.
 * `ending`: all of it, but not for long. `idle`: what raises risk asks for a factor. `watching`: its
 * hours are over, it watches and blocks.
 */
export type SessionLife = 'full' | 'ending' | 'idle' | 'watching';

export interface SessionState {
  readonly session: SessionView | null;
  readonly life: SessionLife;
  /** Until `expiresAt`, whole minutes rounded up; 0 past it. */
  readonly minutesLeft: number;
}

/** `now`: the server's wall clock, µs. A wall display has one life only. */
export function lifeOf(session: SessionView, now: number): SessionLife {
  if (session.kind === 'wall') return 'full';
  if (now >= session.expiresAt) return 'watching';
  if (now >= session.idleAt) return 'idle';
  return now >= session.expiresAt - WARNED_MICROS ? 'ending' : 'full';
}

/** Whether what lowers risk needs no factor anew. */
export function hasFreshFactor(session: SessionView | null, now: number): boolean {
  return session !== null && session.kind === 'person' && now > 0 && now - session.factorAt < FRESH_MICROS;
}

export function may(session: SessionView | null, permission: Permission): boolean {
  return session?.permissions.includes(permission) ?? false;
}

/** Of two views of one session the later one; its times only ever move on. */
function newer(before: SessionView | null, next: SessionView): SessionView {
  if (before?.session !== next.session) return next;
  const isLater =
    next.expiresAt > before.expiresAt ||
    (next.expiresAt === before.expiresAt && next.idleAt >= before.idleAt);
  return isLater ? next : before;
}

const NOBODY: SessionState = { session: null, life: 'full', minutesLeft: 0 };

/** Who is signed in here and what they may still do: the page's one owner of it. */
export function createSessionStore() {
  const store = createStore<SessionState>(() => NOBODY);
  let now = 0;
  const show = (session: SessionView | null): void => {
    const before = store.getState();
    // Before the first frame the server's clock is not known, and nothing has run out that we know of.
    const life = session && now > 0 ? lifeOf(session, now) : 'full';
    const minutesLeft = session && now > 0 ? Math.max(0, Math.ceil((session.expiresAt - now) / MINUTE)) : 0;
    if (before.session === session && before.life === life && before.minutesLeft === minutesLeft) return;
    store.setState({ session, life, minutesLeft });
  };
  return {
    ...store,
    set(next: SessionView): void {
      show(newer(store.getState().session, next));
    },
    forget(): void {
      show(null);
    },
    /** The page's own timer; `serverNow` in µs, 0 while it is not known. */
    beat(serverNow: number): void {
      now = serverNow;
      show(store.getState().session);
    },
  };
}
export type SessionStore = ReturnType<typeof createSessionStore>;
