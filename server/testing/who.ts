import type { Role } from '../../protocol/roles.ts';
import type { UserId } from '../../protocol/units.ts';
import type { Who } from '../audit/who.ts';

/** Somebody signed in, by name. */
export function personAs(user: string, role: Role = 'trader'): Who {
  return { user: user as UserId, session: `session-of-${user}`, role, address: '192.0.2.1' };
}
