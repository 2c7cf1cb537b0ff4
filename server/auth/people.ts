import type { ListedSession, PersonView } from '../../protocol/people.ts';
import type { Micros } from '../../protocol/units.ts';
import type { Session, User } from './state.ts';

/** A user as administrators and they themselves see them. No secret is in it. Pure. */
export function personOf({
  id,
  name,
  role,
  password,
  totp,
  passkeys,
  recovery,
  lastSignInAt,
}: User): PersonView {
  return {
    user: id,
    name,
    role,
    password: password !== null,
    totp: totp !== null,
    passkeys: passkeys.map((one) => ({
      id: one.id,
      name: one.name,
      createdAt: one.createdAt,
      lastUsedAt: one.lastUsedAt,
      backedUp: one.backedUp,
    })),
    recoveryCodesLeft: recovery.length,
    lastSignInAt,
  };
}

/** A session as the list shows it: by its public id, never by its cookie. Pure. */
export function listedOf(
  { session, user, wall, device, address, factor, signedInAt, endsAt }: Session,
  more: { readonly seenAt: Micros; readonly current: boolean },
): ListedSession {
  return {
    ...{ session, user, address, factor, signedInAt, endsAt },
    kind: wall ? 'wall' : 'person',
    device: wall ? wall.name : device,
    lastSeenAt: more.seenAt,
    current: more.current,
  };
}
