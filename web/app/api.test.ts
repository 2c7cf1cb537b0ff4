import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEnrolment } from './api.ts';

const answers = (body: unknown) => vi.stubGlobal('fetch', () => Promise.resolve(Response.json(body)));
afterEach(() => vi.unstubAllGlobals());

describe('a one-time link', () => {
  it('of a user who has an authenticator shows no secret, and is no fault', async () => {
    const enrolled = { ok: true, user: 'ann', name: 'Ann', enrolled: true, secret: null, otpauth: null };
    answers(enrolled);
    expect(await startEnrolment('t')).toEqual({ ok: true, value: enrolled });
  });

  it('of a new user has a secret, or is not an answer of ours', async () => {
    const fresh = {
      ok: true,
      user: 'ann',
      name: 'Ann',
      enrolled: false,
      secret: 'S',
      otpauth: 'otpauth://x',
    };
    answers(fresh);
    expect(await startEnrolment('t')).toMatchObject({ ok: true, value: { secret: 'S' } });
    answers({ ...fresh, secret: null });
    await expect(startEnrolment('t')).rejects.toThrow('without a sentence');
  });

  it('that is used up says why', async () => {
    answers({ ok: false, code: 'link', sentence: 'Used.' });
    expect(await startEnrolment('t')).toMatchObject({ ok: false, error: { sentence: 'Used.' } });
  });
});
