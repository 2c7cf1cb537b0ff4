import type { FactorKind } from '../../protocol/factors.ts';
import { ROLE_PERMISSIONS, type Permission } from '../../protocol/permissions.ts';
import type { Authority, Role, SessionView } from '../../protocol/session.ts';
import type { UserId } from '../../protocol/units.ts';

/** Somebody signed in, as the server knows them at the time of asking. */
export interface Identity {
  /** The cookie's hash, never the cookie; another after a renewal. */
  readonly sessionKey: string;
  /** The session's public id, the same for all its life; what records carry. */
  readonly session: string;
  readonly user: UserId;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  /** Where the request came from. */
  readonly address: string;
  readonly authority: Authority;
  readonly view: SessionView;
  /** Whether the role allows it; a lowered `authority` is looked at apart. */
  may(permission: Permission): boolean;
}

/** A factor that was accepted. `assertion`: a passkey's, verifiable offline; for the record. */
export interface Spent {
  readonly kind: FactorKind;
  readonly assertion?: Readonly<Record<string, unknown>>;
}

/** A display on a wall shows; it does nothing else, whoever set it up. */
const WALL_PERMISSIONS: readonly Permission[] = ['watch'];

export function permissionsOf(kind: SessionView['kind'], role: Role): readonly Permission[] {
  return kind === 'wall' ? WALL_PERMISSIONS : ROLE_PERMISSIONS[role];
}

export function identityOf(
  view: SessionView,
  more: { readonly sessionKey: string; readonly address: string; readonly authority: Authority },
): Identity {
  const { user, role, session, permissions } = view;
  const may = (permission: Permission): boolean => permissions.includes(permission);
  return { ...more, session, user, role, permissions, view, may };
}

export interface SignedIn {
  /** The cookie's value; only its hash is kept. */
  readonly cookie: string;
  readonly lastsSeconds: number;
  readonly identity: Identity;
}
