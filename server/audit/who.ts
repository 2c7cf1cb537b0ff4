import type { FactorKind } from '../../protocol/factors.ts';
import type { Role } from '../../protocol/roles.ts';
import type { UserId } from '../../protocol/units.ts';
import type { AuditEntry, Details } from './record.ts';

/** A person who asks for something, as their session says it at that time; never their own word. */
export interface Who {
  readonly user: UserId;
  /** The session's public id. */
  readonly session: string | null;
  readonly role: Role | null;
  readonly address: string | null;
  /** What they gave for this very action; none for what needs none. */
  readonly factor?: FactorKind;
  readonly assertion?: Details;
}

/** The part of a record that says who did it. */
export function askedBy(who: Who): Pick<AuditEntry, 'actor' | 'by' | 'factor' | 'assertion'> {
  const { user, session, role, address, factor, assertion } = who;
  return {
    actor: user,
    by: { session, role, address },
    ...(factor === undefined ? {} : { factor }),
    ...(assertion === undefined ? {} : { assertion }),
  };
}
