import { describe, expect, it } from 'vitest';
import type { Micros, UserId } from '../../protocol/units.ts';
import { takeEnrolmentToken } from './enrolment-token.ts';
import { presserOf, screenFor, type SessionKnowledge } from './screen.ts';

const signedIn: SessionKnowledge = {
  kind: 'signed-in',
  session: {
    user: 'ann' as UserId,
    name: 'Ann',
    role: 'trader',
    signedInAt: 1 as Micros,
    expiresAt: 2 as Micros,
  },
};
const idle = { kind: 'idle' } as const;

describe('which page is shown', () => {
  it('a console that had data stays, hatched, when the server is gone', () => {
    const retrying = { kind: 'retrying', since: 1, attempts: 1, sentence: 'x' } as const;
    expect(screenFor(null, signedIn, retrying, true).kind).toBe('console');
    expect(screenFor(null, { kind: 'unreachable', since: 1 }, retrying, true).kind).toBe('console');
    expect(screenFor(null, { kind: 'unreachable', since: 1 }, idle, false).kind).toBe('unreachable');
  });

  it('another protocol version is a page of its own that names the older side', () => {
    const refused = (code: 'upgrade-console' | 'upgrade-server') =>
      screenFor(null, signedIn, { kind: 'refused', code, sentence: 's' }, true);
    expect(refused('upgrade-console')).toEqual({ kind: 'version', older: 'console', sentence: 's' });
    expect(refused('upgrade-server')).toEqual({ kind: 'version', older: 'server', sentence: 's' });
  });

  it('a revoked session signs in again, a link comes before everything', () => {
    expect(screenFor(null, signedIn, { kind: 'signed-out', sentence: 'Ended.' }, true)).toEqual({
      kind: 'sign-in',
      sentence: 'Ended.',
    });
    expect(screenFor('t', signedIn, idle, true).kind).toBe('enrol');
  });
});

describe('a one-time token', () => {
  it('leaves the address bar and the history at once', () => {
    const replaced: unknown[] = [];
    const history = { replaceState: (...given: unknown[]) => void replaced.push(given[2]) };
    expect(takeEnrolmentToken({ pathname: '/enrol', hash: '#token=abc-1' }, history)).toBe('abc-1');
    expect(replaced).toEqual(['/enrol']);
    expect(takeEnrolmentToken({ pathname: '/enrol', hash: '' }, history)).toBe('');
    expect(takeEnrolmentToken({ pathname: '/', hash: '#token=x' }, history)).toBeNull();
  });
});

describe('in whose name a request goes', () => {
  const ann = 'ann' as UserId;
  it('nobody’s once the session ended, the same person’s while the server is only away', () => {
    expect(presserOf({ kind: 'signed-out', sentence: 's' }, ann)).toBeNull();
    expect(presserOf({ kind: 'refused', code: 'not-signed-in', sentence: 's' }, ann)).toBeNull();
    expect(presserOf({ kind: 'retrying', since: 1, attempts: 1, sentence: 's' }, ann)).toBe(ann);
    expect(presserOf({ kind: 'online', since: 1 }, ann)).toBe(ann);
  });
});
