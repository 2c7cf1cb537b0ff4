import type { Role } from '../../protocol/roles.ts';

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  viewer: 'viewer',
  trader: 'trader',
  'risk-manager': 'risk manager',
  compliance: 'compliance',
  administrator: 'administrator',
  'chief-executive': 'chief executive',
};

/** `a trader`, `an administrator`. */
export const aRole = (role: Role): string =>
  /^[aeiou]/.test(ROLE_NAMES[role]) ? `an ${ROLE_NAMES[role]}` : `a ${ROLE_NAMES[role]}`;

export function RoleName({ role }: { readonly role: Role }) {
  return <>{ROLE_NAMES[role]}</>;
}
