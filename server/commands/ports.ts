/** What the commands need of identity, as its owners give it. */
import type { ListedSession, Scope } from '../../protocol/people.ts';
import type { Result } from '../../protocol/result.ts';
import type { Role } from '../../protocol/roles.ts';
import type { Micros, StrategyId, UserId } from '../../protocol/units.ts';
import type { Author } from '../auth/author.ts';
import type { Identity } from '../auth/identity.ts';

interface Named {
  readonly user: UserId;
  readonly name: string;
  readonly role: Role;
}

/** Users. Refuses to leave the firm without an administrator, and a change of one's own role. */
export interface DirectoryPort {
  create(user: Named, author: Author): Promise<Result<unknown>>;
  change(user: Named, author: Author): Promise<Result<unknown>>;
  remove(user: UserId, author: Author): Promise<Result<unknown>>;
}

/** One-time links; a token is shown once and kept as its hash. */
export interface LinksPort {
  make(
    user: UserId,
    author: Author,
    how: { readonly reset: boolean },
  ): Promise<Result<{ readonly token: string; readonly expiresAt: Micros }>>;
  makeWall(
    name: string,
    author: Author,
  ): Promise<Result<{ readonly token: string; readonly expiresAt: Micros }>>;
}

export interface SessionsPort {
  /** One's own; everybody's with `session.manage`. */
  list(identity: Identity): readonly ListedSession[];
  revoke(session: string, author: Author): Promise<Result<unknown>>;
}

/** Strategies' keys; one is shown once and kept as its hash. */
export interface ServicesPort {
  create(
    account: {
      readonly account: StrategyId;
      readonly scopes: readonly Scope[];
      readonly days: number | null;
    },
    author: Author,
  ): Promise<Result<{ readonly key: string }>>;
  rotate(
    account: { readonly account: StrategyId; readonly days: number | null },
    author: Author,
  ): Promise<Result<{ readonly key: string }>>;
  revoke(account: StrategyId, author: Author): Promise<Result<unknown>>;
}
