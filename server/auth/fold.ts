/** The fold of identity's events. Pure. */
import { ensureNever } from '../../protocol/assert.ts';
import type { Micros, UserId } from '../../protocol/units.ts';
import type { AuthEvent, AuthEventOf } from './events.ts';
import { isEnrolled, stepsKey, stepsOf, type AuthState, type Given, type User } from './state.ts';

/** A code can match one of three steps, so that a handful of used ones is all a replay can meet. */
const KEPT_STEPS = 8;
const KEPT_GIVEN = 16;
const NO_FACTORS = { password: null, totp: null, passkeys: [], recovery: [] } as const;

export function applyAuth(state: AuthState, event: AuthEvent): AuthState {
  switch (event.kind) {
    case 'auth.user': {
      const { user: id, name, role } = event;
      const known = state.users.get(id) ?? { ...NO_FACTORS, lastSignInAt: null, given: [] };
      const given = givenMore(known.given, event, 'role');
      return { ...state, users: set(state.users, id, { ...known, id, name, role, given }) };
    }
    case 'auth.user-removed': {
      // The steps that were used stay used, should the same person come back.
      const users = without(state.users, event.user);
      return {
        ...state,
        users,
        links: others(state.links, event.user),
        sessions: others(state.sessions, event.user),
      };
    }
    case 'auth.password':
      return change(state, event.user, () => ({ password: event.sealed }));
    case 'auth.totp': {
      // Steps were used with the secret of before: codes of the new one are other codes.
      const usedSteps = new Map([...state.usedSteps].filter(([key]) => !key.startsWith(stepsOf(event.user))));
      return { ...change(state, event.user, () => ({ totp: event.sealed })), usedSteps };
    }
    case 'auth.totp-removed':
      return change(state, event.user, () => ({ totp: null }));
    case 'auth.passkey': {
      const { kind: _kind, user, ...passkey } = event;
      return change(state, user, ({ passkeys }) => ({
        passkeys: [...passkeys.filter(({ id }) => id !== passkey.id), { ...passkey, lastUsedAt: null }],
      }));
    }
    case 'auth.passkey-removed':
      return change(state, event.user, ({ passkeys }) => ({
        passkeys: passkeys.filter(({ id }) => id !== event.id),
      }));
    case 'auth.recovery-codes':
      return change(state, event.user, () => ({ recovery: event.hashes }));
    case 'auth.factors-reset':
      return change(state, event.user, () => NO_FACTORS);
    case 'auth.link': {
      const { kind: _kind, by: _by, at: _at, ...link } = event;
      const user = state.users.get(link.user);
      if (link.use !== 'wall' && !user) return state;
      const linked = { ...state, links: set(state.links, link.hash, link) };
      // Who has factors signs in by such a link with one of them: it gives none.
      if (!user || link.use === 'wall' || (link.use === 'enrol' && isEnrolled(user))) return linked;
      return change(linked, user.id, () => ({ given: givenMore(user.given, event, 'factors') }));
    }
    case 'auth.link-used':
      return { ...state, links: without(state.links, event.hash) };
    case 'auth.session': {
      const { kind: _kind, ...session } = event;
      // Somebody who was removed while they signed in.
      if (!session.wall && !state.users.has(session.user)) return state;
      const sessions = set(state.sessions, session.session, {
        ...session,
        old: null,
        factorAt: session.signedInAt,
      });
      const signedIn = { ...state, sessions };
      if (session.wall) return signedIn;
      return change(signedIn, session.user, () => ({ lastSignInAt: session.signedInAt }));
    }
    case 'auth.session-renewed': {
      const known = state.sessions.get(event.session);
      if (!known) return state;
      const { hash, old, expiresAt, endsAt } = event;
      return {
        ...state,
        sessions: set(state.sessions, event.session, { ...known, hash, old, expiresAt, endsAt }),
      };
    }
    case 'auth.session-rotated': {
      const known = state.sessions.get(event.session);
      if (!known) return state;
      const { hash, old } = event;
      return { ...state, sessions: set(state.sessions, event.session, { ...known, hash, old }) };
    }
    case 'auth.session-dated': {
      const known = state.sessions.get(event.session);
      if (!known) return state;
      const { expiresAt, endsAt } = event;
      return { ...state, sessions: set(state.sessions, event.session, { ...known, expiresAt, endsAt }) };
    }
    case 'auth.session-seen': {
      const known = state.sessions.get(event.session);
      if (!known) return state;
      return { ...state, sessions: set(state.sessions, event.session, { ...known, old: null }) };
    }
    case 'auth.session-ended':
      return { ...state, sessions: without(state.sessions, event.session) };
    case 'auth.factor':
      return useFactor(state, event);
    case 'auth.refused':
      return state;
    case 'auth.service-account': {
      const { account, scopes, by: createdBy, at: createdAt } = event;
      const fresh = { key: null, old: null, rotatedAt: null, revoked: false };
      const known = state.services.get(account) ?? fresh;
      const made = { ...known, account, scopes, createdAt, createdBy, revoked: false };
      return { ...state, services: set(state.services, account, made) };
    }
    case 'auth.service-key': {
      const known = state.services.get(event.account);
      if (!known) return state;
      const { hash, expiresAt, at, oldUntil } = event;
      const old = known.key && oldUntil > at ? { ...known.key, until: oldUntil } : null;
      const rotated = { ...known, key: { hash, expiresAt }, old, rotatedAt: known.key ? at : null };
      return { ...state, services: set(state.services, event.account, rotated) };
    }
    case 'auth.service-revoked': {
      const known = state.services.get(event.account);
      if (!known) return state;
      const revoked = { ...known, key: null, old: null, revoked: true };
      return { ...state, services: set(state.services, event.account, revoked) };
    }
    default:
      return ensureNever(event);
  }
}

/** A step is used for its purpose, a recovery code is gone, a passkey's counter moves on. */
function useFactor(state: AuthState, event: AuthEventOf<'auth.factor'>): AuthState {
  const { user, step, recovery, passkey, at, purpose } = event;
  let next = state;
  if (step !== null) {
    const key = stepsKey(user, purpose);
    const steps = [...(next.usedSteps.get(key) ?? []), step].slice(-KEPT_STEPS);
    next = { ...next, usedSteps: set(next.usedSteps, key, steps) };
  }
  if (recovery !== null) {
    next = change(next, user, (one) => ({ recovery: one.recovery.filter((hash) => hash !== recovery) }));
  }
  if (passkey !== null) {
    const { id, counter, backedUp } = passkey;
    next = change(next, user, ({ passkeys }) => ({
      passkeys: passkeys.map((one) => (one.id === id ? { ...one, counter, backedUp, lastUsedAt: at } : one)),
    }));
  }
  const session = event.session === null ? undefined : next.sessions.get(event.session);
  if (!session) return next;
  const touched = { ...session, factorAt: at, factor: event.factor };
  return { ...next, sessions: set(next.sessions, session.session, touched) };
}

function givenMore(
  before: readonly Given[],
  { by, at }: { readonly by: string | null; readonly at: Micros | null },
  what: Given['what'],
): readonly Given[] {
  return by === null || at === null ? before : [...before, { by, at, what }].slice(-KEPT_GIVEN);
}

/** Without the links and sessions whose time is over. */
export function pruneAuth(state: AuthState, now: Micros): AuthState {
  const sessions = new Map([...state.sessions].filter(([, { endsAt }]) => endsAt > now));
  return { ...pruneLinks(state, now), sessions };
}

/** What a running server forgets by the wall clock: its sessions end by the other one. */
export function pruneLinks(state: AuthState, now: Micros): AuthState {
  return { ...state, links: new Map([...state.links].filter(([, { expiresAt }]) => expiresAt > now)) };
}

function change(state: AuthState, id: UserId, of: (user: User) => Partial<User>): AuthState {
  const user = state.users.get(id);
  return user ? { ...state, users: set(state.users, id, { ...user, ...of(user) }) } : state;
}

function others<K, T extends { readonly user: UserId }>(
  map: ReadonlyMap<K, T>,
  user: UserId,
): ReadonlyMap<K, T> {
  return new Map([...map].filter(([, one]) => one.user !== user));
}

function set<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const next = new Map(map);
  next.delete(key);
  return next;
}
