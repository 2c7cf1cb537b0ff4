import type { Role } from './roles.ts';

/**
 * What a person may do, as data. What lowers risk (`halt`, `order.cancel`, `alarm.acknowledge`) is
 * every person's who is signed in; a wall display only watches.
 */
export const PERMISSIONS = [
  'watch',
  'halt',
  'order.cancel',
  'alarm.acknowledge',
  'note.write',
  'order.place',
  'halt.take-back',
  'halt.release',
  'audit.read',
  'report.read',
  'report.make',
  'review.certify',
  'user.manage',
  'session.manage',
  'service-account.manage',
  'restriction.manage',
  'retention.manage',
  'replay.control',
  'quarantine.manage',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const everybody = ['watch', 'halt', 'order.cancel', 'alarm.acknowledge', 'note.write'] as const;

/** Which role may what. The server's table is the one that counts; the page's only hides buttons. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: everybody,
  trader: [
    ...everybody,
    'order.place',
    'halt.take-back',
    'halt.release',
    'report.read',
    'replay.control',
    'quarantine.manage',
  ],
  'risk-manager': [
    ...everybody,
    'order.place',
    'halt.take-back',
    'halt.release',
    'audit.read',
    'report.read',
    'report.make',
    'session.manage',
    'restriction.manage',
    'replay.control',
    'quarantine.manage',
  ],
  compliance: [
    ...everybody,
    'halt.take-back',
    'halt.release',
    'audit.read',
    'report.read',
    'report.make',
    'restriction.manage',
    'retention.manage',
    'replay.control',
  ],
  administrator: [
    ...everybody,
    'order.place',
    'halt.take-back',
    'halt.release',
    'audit.read',
    'report.read',
    'user.manage',
    'session.manage',
    'service-account.manage',
    'replay.control',
    'quarantine.manage',
  ],
  'chief-executive': [
    ...everybody,
    'halt.take-back',
    'halt.release',
    'audit.read',
    'report.read',
    'report.make',
    'review.certify',
    'replay.control',
  ],
};

export function mayRole(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission);
}
