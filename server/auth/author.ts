import type { FactorKind } from '../../protocol/factors.ts';
import type { Role } from '../../protocol/session.ts';
import type { Identity, Spent } from './identity.ts';

/** Who does something, as its record will say it. */
export interface Author {
  /** A user, `host` (somebody on the machine) or `server` itself. */
  readonly actor: string;
  readonly by?: {
    readonly session: string | null;
    readonly role: Role | null;
    readonly address: string | null;
  };
  readonly reason?: string;
  readonly factor?: FactorKind;
  readonly assertion?: Readonly<Record<string, unknown>>;
}

export const serverAuthor: Author = { actor: 'server' };

/** Somebody signed in as the author of what they asked for. */
export function authorOf(
  { user, session, role, address }: Identity,
  more: { readonly reason?: string; readonly spent?: Spent } = {},
): Author {
  const { reason, spent } = more;
  return {
    actor: user,
    by: { session, role, address },
    ...(reason === undefined ? {} : { reason }),
    ...(spent ? { factor: spent.kind } : {}),
    ...(spent?.assertion ? { assertion: spent.assertion } : {}),
  };
}
