import { describe, expect, it } from 'vitest';
import type { PersonView, ServiceAccountView } from '../../../protocol/people.ts';
import type { Role } from '../../../protocol/roles.ts';
import type { HaltSteps } from '../../state/halt-words.ts';
import { ROLE_PERMISSIONS } from '../../../protocol/permissions.ts';
import type { SessionView } from '../../../protocol/session.ts';
import { allowedSteps } from '../halt/allowed-steps.ts';
import { aRole } from '../../ui/role-name.tsx';
import { factorWords, isEnrolled, keyState, roleChangeWords, roleWords, userDifferences } from './words.ts';

const person = (over: Partial<PersonView>): PersonView =>
  ({ passkeys: [], totp: false, password: false, recoveryCodesLeft: 0, ...over }) as PersonView;

describe('a change of a user, in words', () => {
  it('says what they gain and what they lose', () => {
    expect(roleChangeWords('viewer', 'trader')).toBe(
      'They may then place orders, take a halt back, release a halt, read reports, drive a replay and quarantine market data.',
    );
    expect(roleChangeWords('trader', 'viewer')).toContain('may no longer place orders');
    expect(roleChangeWords('trader', 'trader')).toBeNull();
    expect(roleChangeWords('trader', 'compliance')).toMatch(/may then .*; they may no longer place orders/);
  });

  it('has a line for what differs and none for what does not', () => {
    const before = { name: 'Ann', role: 'trader' as Role };
    expect(userDifferences(before, before)).toEqual([]);
    expect(userDifferences(before, { name: 'Ann Lee', role: 'administrator' })).toEqual([
      { name: 'Role', before: 'trader', after: 'administrator' },
      { name: 'Name', before: 'Ann', after: 'Ann Lee' },
    ]);
    expect(aRole('administrator')).toBe('an administrator');
    expect(roleWords('viewer')).toContain('halt');
  });

  it('counts who has a password alone as not enrolled', () => {
    expect(isEnrolled(person({ password: true }))).toBe(false);
    expect(isEnrolled(person({ password: true, totp: true }))).toBe(true);
    expect(factorWords(person({}))).toBe('not enrolled');
    expect(factorWords(person({ password: true, totp: true, recoveryCodesLeft: 4 }))).toBe(
      'password, authenticator · 4 codes left',
    );
  });
});

describe('the key of a service account', () => {
  const DAY = 86_400_000_000;
  const key = (expiresAt: number | null, revoked = false) =>
    keyState({ expiresAt, revoked } as ServiceAccountView, 100 * DAY);
  it('asks for attention in its last seven days and after them', () => {
    expect(key(108 * DAY).tone).toBe('ok');
    expect(key(106 * DAY).tone).toBe('caution');
    expect(key(99 * DAY).text).toContain('expired');
    expect(key(null).text).toBe('does not expire');
    expect(key(99 * DAY, true).text).toBe('revoked');
  });
});

describe('the steps of a halt, for who may', () => {
  const steps: HaltSteps = { cancelAll: true, takeBack: false, release: true, because: null };
  const as = (role: Role, kind: 'person' | 'wall' = 'person') =>
    ({ role, kind, permissions: kind === 'wall' ? ['watch'] : ROLE_PERMISSIONS[role] }) as SessionView;

  it('cancelling is everybody’s; opening the gate is not, and it is said why', () => {
    expect(allowedSteps(steps, as('trader'), 'full')).toEqual(steps);
    const viewer = allowedSteps(steps, as('viewer'), 'full');
    expect(viewer).toMatchObject({ cancelAll: true, release: false });
    expect(viewer.because).toContain('a viewer');
  });

  it('a session past its 12 hours cancels and does not release; a locked one does both', () => {
    expect(allowedSteps(steps, as('trader'), 'watching')).toMatchObject({ cancelAll: true, release: false });
    expect(allowedSteps(steps, as('trader'), 'idle')).toEqual(steps);
  });

  it('a wall display does nothing; nobody known keeps everything: the server decides', () => {
    expect(allowedSteps(steps, as('trader', 'wall'), 'full')).toMatchObject({ cancelAll: false });
    expect(allowedSteps(steps, null, 'full')).toEqual(steps);
  });
});
