import type { SessionStore } from '../state/session.ts';

/** A ping is enough to stay awake for 30 minutes, so one a minute is plenty. */
const EVERY_MS = 60_000;
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/**
 * Whether this act of a person is worth telling: not while locked (a factor unlocks, a touch does
 * not), never for a display on a wall, and at most once a minute.
 */
export function isWorthTelling(
  sessions: Pick<SessionStore, 'getState'>,
  toldAt: number,
  now: number,
): boolean {
  const { session, life } = sessions.getState();
  if (session?.kind !== 'person' || (life !== 'full' && life !== 'ending')) return false;
  return now - toldAt >= EVERY_MS;
}

/** Tells the server, now and then, that a person acts here. */
export function watchActivity(sessions: SessionStore, tell: () => void): void {
  let toldAt = -Infinity;
  const acted = (): void => {
    const now = performance.now();
    if (!isWorthTelling(sessions, toldAt, now)) return;
    toldAt = now;
    tell();
  };
  for (const sign of SIGNS) addEventListener(sign, acted, { passive: true, capture: true });
}
