import { afterEach, describe, expect, it, vi } from 'vitest';
import { startEnrolment } from './enrol.ts';

const answers = (body: unknown) => vi.stubGlobal('fetch', () => Promise.resolve(Response.json(body)));
afterEach(() => vi.unstubAllGlobals());

describe('a one-time link', () => {
  it('of a user who has an authenticator shows no secret, and is no fault', async () => {
    const enrolled = { ok: true, user: 'ann', name: 'Ann', enrolled: true, secret: null, otpauth: null };
    answers(enrolled);
    expect(await startEnrolment('t')).toEqual({ ok: true, value: { ...enrolled, methods: ['code'] } });
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

  it('that must wait says for how long', async () => {
    const refusal = { ok: false, code: 'too-many-attempts', sentence: 'Wait.' };
    vi.stubGlobal('fetch', () =>
      Promise.resolve(Response.json(refusal, { status: 429, headers: { 'retry-after': '8' } })),
    );
    expect(await startEnrolment('t')).toMatchObject({ ok: false, error: { waitSeconds: 8 } });
  });

  it('that is used up says why', async () => {
    answers({ ok: false, code: 'link', sentence: 'Used.' });
    expect(await startEnrolment('t')).toMatchObject({ ok: false, error: { sentence: 'Used.' } });
  });
});
