import type { Role, SessionView } from '../../protocol/session.ts';
import type { Micros, UserId } from '../../protocol/units.ts';
import { identityOf, permissionsOf, type Identity } from '../auth/identity.ts';

/** What a page is told of a session; a test says what matters to it. */
export function sessionView(over: Partial<SessionView> = {}): SessionView {
  const role = over.role ?? 'trader';
  const kind = over.kind ?? 'person';
  return {
    user: 'operator' as UserId,
    name: 'Operator',
    role,
    kind,
    session: 'session-0001',
    permissions: [...permissionsOf(kind, role)],
    signedInAt: 0 as Micros,
    factorAt: 0 as Micros,
    factor: 'totp',
    idleAt: 1 as Micros,
    expiresAt: 1 as Micros,
    endsAt: 2 as Micros,
    ...over,
  };
}

/** Somebody signed in with full authority, for tests of what comes after. */
export function identityAs(role: Role, over: Partial<Omit<Identity, 'may'>> = {}): Identity {
  const view = over.view ?? sessionView({ role });
  return {
    ...identityOf(view, { sessionKey: 'k', address: '127.0.0.1', authority: 'full' }),
    ...over,
  };
}
