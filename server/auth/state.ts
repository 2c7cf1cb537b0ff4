/** Identity's tables, as the fold of the log makes them. */
import type { FactorKind } from '../../protocol/factors.ts';
import type { Scope } from '../../protocol/people.ts';
import type { Role } from '../../protocol/session.ts';
import type { Micros, StrategyId, UserId } from '../../protocol/units.ts';
import type { AuthEventOf, DeviceKey, Purpose } from './events.ts';

export type Passkey = Omit<AuthEventOf<'auth.passkey'>, 'kind' | 'user'> & {
  readonly lastUsedAt: Micros | null;
};

export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly role: Role;
  /** The argon2id hash, sealed. */
  readonly password: string | null;
  /** The authenticator's secret, sealed. */
  readonly totp: string | null;
  readonly passkeys: readonly Passkey[];
  /** Hashes of the recovery codes that are left. */
  readonly recovery: readonly string[];
  readonly lastSignInAt: Micros | null;
  /** Who gave them their role and their way to factors, the newest last. */
  readonly given: readonly Given[];
}

export interface Given {
  /** A user, `host` or `server`. */
  readonly by: string;
  readonly at: Micros;
  readonly what: 'role' | 'factors';
}

export interface Link {
  readonly hash: string;
  readonly user: UserId;
  readonly use: 'enrol' | 'reset' | 'wall';
  readonly name: string;
  readonly expiresAt: Micros;
}

export interface Session {
  /** Public id. */
  readonly session: string;
  /** Of the cookie that is good now. */
  readonly hash: string;
  /** Of the one before, which is good until that one was seen; by the wall clock. */
  readonly old: { readonly hash: string; readonly until: Micros } | null;
  readonly user: UserId;
  readonly wall: { readonly name: string; readonly key: DeviceKey } | null;
  readonly device: string;
  readonly address: string;
  readonly signedInAt: Micros;
  readonly factorAt: Micros;
  readonly factor: FactorKind;
  readonly expiresAt: Micros;
  readonly endsAt: Micros;
}

export interface ServiceKey {
  readonly hash: string;
  readonly expiresAt: Micros | null;
}

export interface ServiceAccount {
  readonly account: StrategyId;
  readonly scopes: readonly Scope[];
  readonly createdAt: Micros;
  readonly createdBy: string;
  readonly key: ServiceKey | null;
  /** The key before, for the moment in which it still works. */
  readonly old: (ServiceKey & { readonly until: Micros }) | null;
  readonly rotatedAt: Micros | null;
  readonly revoked: boolean;
}

export interface AuthState {
  readonly users: ReadonlyMap<UserId, User>;
  /** By the token's hash. */
  readonly links: ReadonlyMap<string, Link>;
  /** By public id. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly services: ReadonlyMap<StrategyId, ServiceAccount>;
  /** The newest steps used, by `user/purpose`. */
  readonly usedSteps: ReadonlyMap<string, readonly number[]>;
}

export const emptyAuth: AuthState = {
  users: new Map(),
  links: new Map(),
  sessions: new Map(),
  services: new Map(),
  usedSteps: new Map(),
};

export const stepsOf = (user: UserId): string => `${user}/`;
export const stepsKey = (user: UserId, purpose: Purpose): string => `${stepsOf(user)}${purpose}`;

/** Whether this person can sign in without a link. */
export function isEnrolled({ passkeys, password, totp }: User): boolean {
  return passkeys.length > 0 || (password !== null && totp !== null);
}
