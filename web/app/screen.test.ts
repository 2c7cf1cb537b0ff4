import { describe, expect, it } from 'vitest';
import type { Micros, UserId } from '../../protocol/units.ts';
import { takeLinkToken } from './link-token.ts';
import { presserOf, screenFor, type SessionKnowledge } from './screen.ts';

const signedIn: SessionKnowledge = {
  kind: 'signed-in',
  session: {
    user: 'ann' as UserId,
    name: 'Ann',
    role: 'trader',
    kind: 'person',
    session: 'session-0001',
    permissions: [],
    signedInAt: 1 as Micros,
    factorAt: 1 as Micros,
    factor: 'totp',
    idleAt: 2 as Micros,
    expiresAt: 2 as Micros,
    endsAt: 3 as Micros,
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
    expect(screenFor({ kind: 'enrol', token: 't' }, signedIn, idle, true).kind).toBe('enrol');
    expect(screenFor({ kind: 'wall', token: 't' }, signedIn, idle, true).kind).toBe('wall');
  });
});

describe('a one-time token', () => {
  it('leaves the address bar and the history at once', () => {
    const replaced: unknown[] = [];
    const history = { replaceState: (...given: unknown[]) => void replaced.push(given[2]) };
    const taken = (pathname: string, hash: string) => takeLinkToken({ pathname, hash }, history);
    expect(taken('/enrol', '#token=abc-1')).toEqual({ kind: 'enrol', token: 'abc-1' });
    expect(replaced).toEqual(['/enrol']);
    expect(taken('/enrol', '')).toEqual({ kind: 'enrol', token: '' });
    expect(taken('/wall', '#token=abc-2')).toEqual({ kind: 'wall', token: 'abc-2' });
    expect(replaced.at(-1)).toBe('/wall');
    expect(taken('/', '#token=x')).toBeNull();
  });

  it('is not looked for on a wall display that was reloaded at its own address', () => {
    const replaced: unknown[] = [];
    const history = { replaceState: (...given: unknown[]) => void replaced.push(given[2]) };
    expect(takeLinkToken({ pathname: '/wall', hash: '' }, history)).toBeNull();
    expect(replaced.at(-1)).toBe('/');
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
