import type { Role, SessionView } from '../../protocol/session.ts';
import type { UserId } from '../../protocol/units.ts';
import type { Session, User } from './state.ts';

/** Somebody signed in, as the server knows them. `sessionKey` is the cookie's hash, never the cookie. */
export interface Identity {
  readonly sessionKey: string;
  readonly user: UserId;
  readonly role: Role;
  readonly view: SessionView;
}

export interface SignedIn {
  /** The cookie's value; only its hash is kept. */
  readonly cookie: string;
  readonly identity: Identity;
}

export interface Enrolment {
  readonly user: UserId;
  readonly name: string;
  readonly enrolled: boolean;
  /** What the authenticator app needs; null for somebody who has it already. */
  readonly secret: string | null;
  readonly otpauth: string | null;
}

export function identityOf(session: Session, user: User): Identity {
  const { signedInAt, expiresAt } = session;
  const view = { user: user.id, name: user.name, role: user.role, signedInAt, expiresAt };
  return { sessionKey: session.hash, user: user.id, role: user.role, view };
}
