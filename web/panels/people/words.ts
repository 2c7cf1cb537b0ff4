import type { ListedSession, PersonView, Scope, ServiceAccountView } from '../../../protocol/people.ts';
import { ROLE_PERMISSIONS, type Permission } from '../../../protocol/permissions.ts';
import type { Role } from '../../../protocol/roles.ts';
import type { Difference } from '../../state/step-up.ts';
import { utcDate, utcTime } from '../../ui/format.ts';
import { ROLE_NAMES } from '../../ui/role-name.tsx';

const PERMISSION_WORDS: Readonly<Record<Permission, string>> = {
  watch: 'watch',
  halt: 'halt',
  'order.cancel': 'cancel orders',
  'alarm.acknowledge': 'acknowledge alarms',
  'note.write': 'write in the log book',
  'order.place': 'place orders',
  'halt.take-back': 'take a halt back',
  'halt.release': 'release a halt',
  'audit.read': 'read the audit log',
  'report.read': 'read reports',
  'report.make': 'make reports',
  'review.certify': 'certify the yearly review',
  'user.manage': 'manage users',
  'session.manage': 'end anybody’s session',
  'service-account.manage': 'manage service accounts',
  'restriction.manage': 'change the restricted list',
  'retention.manage': 'decide what is kept',
  'replay.control': 'drive a replay',
  'quarantine.manage': 'quarantine market data',
};

export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  'market.read': 'read market data',
  'order.place': 'place orders',
  'order.cancel': 'cancel orders',
};

const listed = (words: readonly string[]): string => {
  if (words.length <= 1) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
};

export const permissionWords = (permissions: readonly Permission[]): string =>
  listed(permissions.map((permission) => PERMISSION_WORDS[permission]));

export const scopeWords = (scopes: readonly Scope[]): string =>
  listed(scopes.map((scope) => SCOPE_WORDS[scope]));

/** What a role may do beyond what everybody may. */
export function roleWords(role: Role): string {
  const own = ROLE_PERMISSIONS[role].filter((each) => !ROLE_PERMISSIONS.viewer.includes(each));
  return own.length === 0
    ? 'watch, halt, cancel orders and acknowledge alarms'
    : `${permissionWords(own)}, beside what everybody may`;
}

/** What somebody gains and loses by another role, in a sentence; null when nothing. */
export function roleChangeWords(from: Role, to: Role): string | null {
  const [before, after] = [ROLE_PERMISSIONS[from], ROLE_PERMISSIONS[to]];
  const gains = after.filter((each) => !before.includes(each));
  const losses = before.filter((each) => !after.includes(each));
  const parts = [
    ...(gains.length > 0 ? [`may then ${permissionWords(gains)}`] : []),
    ...(losses.length > 0 ? [`may no longer ${permissionWords(losses)}`] : []),
  ];
  return parts.length === 0 ? null : `They ${parts.join('; they ')}.`;
}

/** The lines of a change of a user that differ. */
export function userDifferences(
  before: Pick<PersonView, 'name' | 'role'>,
  after: Pick<PersonView, 'name' | 'role'>,
): readonly Difference[] {
  return [
    ...(before.role === after.role
      ? []
      : [{ name: 'Role', before: ROLE_NAMES[before.role], after: ROLE_NAMES[after.role] }]),
    ...(before.name === after.name ? [] : [{ name: 'Name', before: before.name, after: after.name }]),
  ];
}

/** `2 passkeys, password, authenticator`; "none yet" for who has not enrolled. */
export function factorWords({ passkeys, password, totp, recoveryCodesLeft }: PersonView): string {
  const words = [
    ...(passkeys.length === 1 ? ['passkey'] : passkeys.length > 1 ? [`${passkeys.length} passkeys`] : []),
    ...(password ? ['password'] : []),
    ...(totp ? ['authenticator'] : []),
  ];
  if (words.length === 0) return 'not enrolled';
  return `${words.join(', ')} · ${recoveryCodesLeft} codes left`;
}

/** Somebody has none of them before they enrol. */
export const isEnrolled = ({ passkeys, password, totp }: PersonView): boolean =>
  passkeys.length > 0 || (password && totp);

/** `2026-11-21 13:52`, or `never`. */
export const stamp = (micros: number | null): string =>
  micros === null ? 'never' : `${utcDate(micros)} ${utcTime(micros).slice(0, 5)}`;

const DAY_MICROS = 86_400_000_000;
const SOON_DAYS = 7;

/** A key's state, with whether it asks for somebody to do something. */
export function keyState(
  { revoked, expiresAt }: ServiceAccountView,
  now: number,
): { readonly text: string; readonly tone: 'ok' | 'caution' | 'unknown' } {
  if (revoked) return { text: 'revoked', tone: 'unknown' };
  if (expiresAt === null) return { text: 'does not expire', tone: 'ok' };
  if (expiresAt <= now) return { text: `expired ${utcDate(expiresAt)}`, tone: 'caution' };
  const soon = expiresAt - now < SOON_DAYS * DAY_MICROS;
  return { text: `until ${utcDate(expiresAt)}`, tone: soon ? 'caution' : 'ok' };
}

export const sessionDevice = ({ kind, device }: ListedSession): string =>
  kind === 'wall' ? `wall display ${device}` : device || 'unknown device';
