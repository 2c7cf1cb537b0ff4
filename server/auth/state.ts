import { z } from 'zod';
import { ensureNever } from '../../protocol/assert.ts';
import { roleSchema, type Role } from '../../protocol/session.ts';
import { unitSchema, type Micros, type StrategyId, type UserId } from '../../protocol/units.ts';

/** What a factor is for. A code is good once for each: one used to log in still halts (issue 3). */
export const PURPOSES = ['login', 'halt', 'take-back', 'release'] as const;
export type Purpose = (typeof PURPOSES)[number];

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What identity keeps in the audit log; its tables are the fold of these. Tokens and keys are there
 * as SHA-256 only, a TOTP secret sealed with a key that is not in the log.
 */
export const authEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('auth.user'), user: unitSchema.user, name: z.string(), role: roleSchema }),
  z.object({ kind: z.literal('auth.user-removed'), user: unitSchema.user }),
  z.object({ kind: z.literal('auth.link'), user: unitSchema.user, hash, expiresAt: unitSchema.micros }),
  z.object({ kind: z.literal('auth.link-used'), hash }),
  z.object({ kind: z.literal('auth.enrolled'), user: unitSchema.user, sealed: z.string() }),
  z.object({
    kind: z.literal('auth.session'),
    user: unitSchema.user,
    hash,
    signedInAt: unitSchema.micros,
    expiresAt: unitSchema.micros,
  }),
  z.object({ kind: z.literal('auth.session-ended'), user: unitSchema.user, hash, why: z.string() }),
  z.object({
    kind: z.literal('auth.factor'),
    user: unitSchema.user,
    purpose: z.enum(PURPOSES),
    step: z.number().int(),
  }),
  z.object({ kind: z.literal('auth.refused'), user: unitSchema.user, purpose: z.enum(PURPOSES) }),
  z.object({ kind: z.literal('auth.strategy-key'), strategy: unitSchema.strategy, hash }),
]);
export type AuthEvent = z.infer<typeof authEventSchema>;

export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly role: Role;
  /** The sealed TOTP secret; null until enrolled. */
  readonly sealed: string | null;
}
export interface Link {
  readonly user: UserId;
  readonly expiresAt: Micros;
}
export interface Session {
  readonly hash: string;
  readonly user: UserId;
  readonly signedInAt: Micros;
  readonly expiresAt: Micros;
}
export interface AuthState {
  readonly users: ReadonlyMap<UserId, User>;
  readonly links: ReadonlyMap<string, Link>;
  readonly sessions: ReadonlyMap<string, Session>;
  readonly strategies: ReadonlyMap<StrategyId, string>;
  /** The newest steps used, by `user/purpose`. */
  readonly usedSteps: ReadonlyMap<string, readonly number[]>;
}

export const emptyAuth: AuthState = {
  users: new Map(),
  links: new Map(),
  sessions: new Map(),
  strategies: new Map(),
  usedSteps: new Map(),
};

/** A code can match one of three steps, so that a handful of used ones is all a replay can meet. */
const KEPT_STEPS = 8;

export function applyAuth(state: AuthState, event: AuthEvent): AuthState {
  switch (event.kind) {
    case 'auth.user': {
      const sealed = state.users.get(event.user)?.sealed ?? null;
      const user = { id: event.user, name: event.name, role: event.role, sealed };
      return { ...state, users: set(state.users, event.user, user) };
    }
    case 'auth.user-removed': {
      // The steps that were used stay used, should the same person come back.
      const others = <K, T extends { readonly user: UserId }>(map: ReadonlyMap<K, T>): ReadonlyMap<K, T> =>
        new Map([...map].filter(([, one]) => one.user !== event.user));
      const { links, sessions } = state;
      return {
        ...state,
        users: without(state.users, event.user),
        links: others(links),
        sessions: others(sessions),
      };
    }
    case 'auth.link': {
      const link = { user: event.user, expiresAt: event.expiresAt };
      return { ...state, links: set(state.links, event.hash, link) };
    }
    case 'auth.link-used':
      return { ...state, links: without(state.links, event.hash) };
    case 'auth.enrolled': {
      const user = state.users.get(event.user);
      if (!user) return state;
      return { ...state, users: set(state.users, event.user, { ...user, sealed: event.sealed }) };
    }
    case 'auth.session':
      return { ...state, sessions: set(state.sessions, event.hash, event) };
    case 'auth.session-ended':
      return { ...state, sessions: without(state.sessions, event.hash) };
    case 'auth.factor': {
      const key = stepsKey(event.user, event.purpose);
      const steps = [...(state.usedSteps.get(key) ?? []), event.step].slice(-KEPT_STEPS);
      return { ...state, usedSteps: set(state.usedSteps, key, steps) };
    }
    case 'auth.refused':
      return state;
    case 'auth.strategy-key':
      return { ...state, strategies: set(state.strategies, event.strategy, event.hash) };
    default:
      return ensureNever(event);
  }
}

/** Without the links and sessions whose time is over. */
export function pruneAuth(state: AuthState, now: Micros): AuthState {
  const alive = <T extends { readonly expiresAt: Micros }>(map: ReadonlyMap<string, T>) =>
    new Map([...map].filter(([, one]) => one.expiresAt > now));
  return { ...state, links: alive(state.links), sessions: alive(state.sessions) };
}

export const stepsKey = (user: UserId, purpose: Purpose): string => `${user}/${purpose}`;

function set<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const next = new Map(map);
  next.delete(key);
  return next;
}
