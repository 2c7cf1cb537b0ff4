import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PersonView } from '../../../protocol/people.ts';
import type { SessionView } from '../../../protocol/session.ts';
import { isWorthTelling } from '../activity.ts';
import { deviceName } from '../device-name.ts';
import { missingFactor, takeFactor } from '../factors.ts';
import { factorMethods } from './methods.ts';

afterEach(() => vi.unstubAllGlobals());

const person = (over: Partial<PersonView>): PersonView =>
  ({ passkeys: [], totp: false, password: false, recoveryCodesLeft: 0, ...over }) as PersonView;
const passkeys = [{ id: 'p' }] as unknown as PersonView['passkeys'];
const by = (factor: SessionView['factor']) => ({ factor }) as SessionView;

describe('which factors are offered', () => {
  it('those that this person has, a passkey first', () => {
    const all = person({ passkeys, totp: true, recoveryCodesLeft: 3 });
    expect(factorMethods(all, by('totp'), true)).toEqual(['passkey', 'totp', 'recovery']);
    expect(factorMethods(person({ totp: true }), by('totp'), true)).toEqual(['totp']);
    expect(factorMethods(all, by('passkey'), false), 'a browser without').toEqual(['totp', 'recovery']);
  });

  it('all of them while the account is not known: no halt waits for a look-up', () => {
    expect(factorMethods(null, by('totp'), true)).toEqual(['totp', 'passkey', 'recovery']);
    expect(factorMethods(null, by('passkey'), true)[0]).toBe('passkey');
    expect(factorMethods(null, null, true)).toHaveLength(3);
  });

  it('never none', () => {
    expect(factorMethods(person({ passkeys }), by('passkey'), false).length).toBeGreaterThan(0);
  });
});

describe('a factor is taken', () => {
  it('a code at once, without asking the server anything', async () => {
    const asked = vi.fn();
    vi.stubGlobal('fetch', asked);
    const choice = { kind: 'totp', code: '123456' } as const;
    expect(await takeFactor(choice, { type: 'halt.release' })).toEqual({ ok: true, value: choice });
    expect(asked).not.toHaveBeenCalled();
  });

  it('a passkey only for the challenge of exactly this action, and a refusal is passed on', async () => {
    const bodies: unknown[] = [];
    vi.stubGlobal('fetch', (_path: string, init: { readonly body: string }) => {
      bodies.push(JSON.parse(init.body));
      return Promise.resolve(Response.json({ ok: false, code: 'no-passkey', sentence: 'None.' }));
    });
    const action = { type: 'user.remove', user: 'ann', reason: 'left' };
    expect(await takeFactor({ kind: 'passkey' }, action)).toMatchObject({
      ok: false,
      error: { code: 'no-passkey' },
    });
    expect(bodies).toEqual([{ action }]);
  });

  it('not before it is whole', () => {
    expect(missingFactor({ kind: 'totp', code: '12345' })).toContain('six digits');
    expect(missingFactor({ kind: 'recovery', code: 'abc-d' })).toContain('recovery');
    expect(missingFactor({ kind: 'recovery', code: 'abcd-efgh' })).toBeNull();
    expect(missingFactor({ kind: 'passkey' })).toBeNull();
  });
});

describe('a person who acts is told of', () => {
  const of = (life: 'full' | 'idle' | 'watching', kind: 'person' | 'wall' = 'person') => ({
    getState: () => ({ session: { kind } as SessionView, life, minutesLeft: 1 }),
  });

  it('at most once a minute', () => {
    expect(isWorthTelling(of('full'), -Infinity, 0)).toBe(true);
    expect(isWorthTelling(of('full'), 0, 59_999)).toBe(false);
    expect(isWorthTelling(of('full'), 0, 60_000)).toBe(true);
  });

  it('never from a locked console, which a touch must not unlock, nor from a wall', () => {
    expect(isWorthTelling(of('idle'), -Infinity, 0)).toBe(false);
    expect(isWorthTelling(of('watching'), -Infinity, 0)).toBe(false);
    expect(isWorthTelling(of('full', 'wall'), -Infinity, 0)).toBe(false);
  });
});

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36', 'Chrome on Linux'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1', 'Safari on Mac'],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0', 'Edge on Windows'],
  ['something else', 'Browser'],
])('a passkey’s first name: %s', (userAgent, name) => expect(deviceName(userAgent)).toBe(name));
