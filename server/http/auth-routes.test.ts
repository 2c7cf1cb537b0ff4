import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import { SoftwareAuthenticator } from '../testing/authenticator.ts';
import { HOST, operator, PASSWORD, TestIdentity, value } from '../testing/identity.ts';
import { addAuthRoutes } from './auth-routes.ts';
import { makeListener } from './listener.ts';
import { sessionCookieIn } from './session-cookie.ts';

const HOSTNAME = 'console.example';

const relayKey = 'r'.repeat(43);

class Site {
  readonly desk: TestIdentity;
  readonly #app: FastifyInstance;
  readonly origin: string;

  private constructor(desk: TestIdentity, app: FastifyInstance, origin: string) {
    this.desk = desk;
    this.#app = app;
    this.origin = origin;
  }

  static async open(how: { readonly secure: boolean } = { secure: false }): Promise<Site> {
    const desk = await TestIdentity.open();
    const app = await makeListener({
      clock: desk.clock,
      names: () => new Set([HOSTNAME]),
      isKnownKey: () => false,
      relayKey,
      failed: (error) => {
        throw error;
      },
    });
    addAuthRoutes(app, { auth: desk.auth, secureCookies: how.secure });
    return new Site(desk, app, `${how.secure ? 'https' : 'http'}://${HOSTNAME}`);
  }

  ask(method: 'GET' | 'POST', url: string, body?: object, cookie?: string): Promise<LightMyRequestResponse> {
    const headers = {
      host: HOSTNAME,
      'x-cwts': '1',
      origin: this.origin,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
      'x-cwts-address': '10.0.0.7',
      'x-cwts-relay': relayKey,
      ...(cookie === undefined ? {} : { cookie }),
    };
    return this.#app.inject({ method, url, headers, ...(body ? { payload: body } : {}) });
  }

  async post(url: string, body: object, cookie?: string): Promise<Record<string, unknown>> {
    return (await this.ask('POST', url, body, cookie)).json();
  }

  /** Enrols over HTTP; the `Cookie` header of a browser from then on. */
  async enrol(): Promise<{ cookie: string; secret: string; reply: LightMyRequestResponse }> {
    const token = await this.desk.link(operator);
    const { secret } = await this.post('/auth/enrol/start', { token });
    const method = { kind: 'totp', password: PASSWORD, code: this.desk.code(String(secret)) };
    const reply = await this.ask('POST', '/auth/enrol/finish', { token, method });
    return { cookie: cookieOf(reply), secret: String(secret), reply };
  }
}

const cookieOf = (reply: LightMyRequestResponse): string =>
  String(reply.headers['set-cookie']).split(';')[0] ?? '';

describe('the session’s cookie', () => {
  it.each([
    [false, /^cwts_session=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Strict$/],
    [true, /^__Host-cwts_session=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Strict$/],
  ])('under TLS (%s) is %s', async (secure, shape) => {
    const site = await Site.open({ secure });
    const { reply, cookie } = await site.enrol();
    expect(String(reply.headers['set-cookie'])).toMatch(shape);
    expect((await site.ask('GET', '/auth/session', undefined, cookie)).statusCode).toBe(200);
    const out = await site.ask('POST', '/auth/logout', {}, cookie);
    expect(String(out.headers['set-cookie'])).toMatch(/=; Max-Age=0;|=;.*Expires=Thu, 01 Jan 1970/);
    expect((await site.ask('GET', '/auth/session', undefined, cookie)).statusCode).toBe(401);
  });

  it('of the other name is worth nothing: a plain one can be set by a neighbour', async () => {
    const site = await Site.open({ secure: true });
    const { cookie } = await site.enrol();
    const plain = cookie.replace('__Host-', '');
    expect((await site.ask('GET', '/auth/session', undefined, plain)).statusCode).toBe(401);
    expect(sessionCookieIn(plain, true)).toBeNull();
    expect(sessionCookieIn(cookie, true)).not.toBeNull();
  });
});

describe('signing in over HTTP', () => {
  it('by password and code; what must wait says how long', async () => {
    const site = await Site.open();
    const { secret } = await site.enrol();
    const login = (code: string, password = PASSWORD) =>
      site.ask('POST', '/auth/login', { user: 'operator', password, factor: { kind: 'totp', code } });
    expect((await login(site.desk.code(secret, 1))).json()).toMatchObject({
      ok: true,
      session: { user: 'operator' },
    });
    for (let i = 0; i < 4; i++) await login('000000');
    const waits = await login('000000');
    expect([waits.statusCode, waits.headers['retry-after']]).toEqual([429, '1']);
  });

  it.each([
    ['/auth/login', { user: 'operator', code: '123456' }],
    ['/auth/login', { user: 'operator', password: 'x', factor: { kind: 'session' } }],
    ['/auth/enrol/finish', { token: 'x'.repeat(40), code: '123456' }],
    ['/auth/passkey/finish', { challenge: 'x'.repeat(20), assertion: {} }],
    ['/auth/wall/start', { token: 'x'.repeat(40) }],
  ])('%s refuses what is not well formed', async (path, body) => {
    const site = await Site.open();
    expect((await site.ask('POST', path, body)).statusCode).toBe(400);
  });

  it('guesses from one address meet its limit; what a session asks does not', async () => {
    const site = await Site.open();
    const { cookie } = await site.enrol();
    const seen = [];
    for (let i = 0; i < 40; i++) seen.push((await site.ask('POST', '/auth/passkey/start', {})).statusCode);
    expect(seen).toContain(429);
    expect((await site.ask('POST', '/auth/activity', {}, cookie)).statusCode).toBe(200);
  });
});

describe('a session over HTTP', () => {
  it('is renewed by a factor: another cookie, the same session', async () => {
    const site = await Site.open();
    const { cookie, secret } = await site.enrol();
    const factor = { kind: 'totp', code: site.desk.code(secret) };
    const renewed = await site.ask('POST', '/auth/renew', { factor }, cookie);
    expect(renewed.json()).toMatchObject({ ok: true });
    expect(cookieOf(renewed)).not.toBe(cookie);
    expect((await site.ask('GET', '/auth/session', undefined, cookieOf(renewed))).statusCode).toBe(200);
    site.desk.clock.advance(5000);
    expect((await site.ask('GET', '/auth/session', undefined, cookie)).statusCode).toBe(401);
    expect((await site.ask('GET', '/auth/session', undefined, cookieOf(renewed))).statusCode).toBe(200);
  });

  it('gets another cookie with the first act behind a factor, and no other one after it', async () => {
    const site = await Site.open();
    const { cookie, secret } = await site.enrol();
    const act = (by: string) => site.ask('POST', '/auth/activity', {}, by);
    expect((await act(cookie)).headers['set-cookie']).toBeUndefined();
    const factor = { kind: 'totp' as const, code: site.desk.code(secret) };
    await site.desk.auth.spend(
      site.desk.who(cookie.slice(cookie.indexOf('=') + 1)),
      { type: 'act' },
      factor,
      'halt',
    );
    const rotated = await act(cookie);
    expect(rotated.json()).toMatchObject({ ok: true, session: { user: 'operator' } });
    expect(cookieOf(rotated)).not.toBe(cookie);
    expect((await act(cookieOf(rotated))).headers['set-cookie']).toBeUndefined();
    site.desk.clock.advance(5000);
    expect((await site.ask('GET', '/auth/session', undefined, cookie)).statusCode).toBe(401);
    expect((await site.ask('GET', '/auth/session', undefined, cookieOf(rotated))).statusCode).toBe(200);
  });

  it('is listed with its browser and address; another person’s is not one’s to end here', async () => {
    const site = await Site.open();
    const { cookie } = await site.enrol();
    const other = await site.desk.enrol('second' as never);
    const { sessions } = (await site.ask('GET', '/auth/sessions', undefined, cookie)).json<{
      sessions: { session: string }[];
    }>();
    expect(sessions).toMatchObject([{ device: 'Firefox 131 on Linux', address: '10.0.0.7', current: true }]);
    const { session } = site.desk.who(other.cookie);
    expect(await site.post('/auth/sessions/revoke', { session }, cookie)).toMatchObject({
      code: 'unknown-session',
    });
    expect(
      await site.post('/auth/sessions/revoke', sessions[0] ? { session: sessions[0].session } : {}, cookie),
    ).toEqual({ ok: true });
    expect((await site.ask('GET', '/auth/session', undefined, cookie)).statusCode).toBe(401);
  });
});

describe('a passkey over HTTP', () => {
  it('enrols, signs in alone and gives a factor for an action that the command’s own schema has read', async () => {
    const site = await Site.open({ secure: true });
    const device = new SoftwareAuthenticator();
    const token = await site.desk.link(operator);
    const asked = await site.post('/auth/enrol/passkey', { token });
    const attestation = device.register(asked['options'] as object, site);
    const method = { kind: 'passkey', challenge: asked['challenge'], attestation, name: ' Key ' };
    const enrolled = await site.ask('POST', '/auth/enrol/finish', { token, method });
    expect(enrolled.json<{ recoveryCodes: string[] }>().recoveryCodes).toHaveLength(10);
    const started = await site.post('/auth/passkey/start', {});
    const assertion = device.answer(started['options'] as object, site);
    const signedIn = await site.ask('POST', '/auth/passkey/finish', {
      challenge: started['challenge'],
      assertion,
    });
    expect(signedIn.json()).toMatchObject({ ok: true, session: { factor: 'passkey' } });
    const cookie = cookieOf(signedIn);
    const account = (await site.ask('GET', '/auth/account', undefined, cookie)).json<{ account: object }>()
      .account;
    expect(account).toMatchObject({ passkeys: [{ name: 'Key' }], recoveryCodesLeft: 10 });

    const untidy = { type: 'halt.release', haltId: 'halt-0001', reason: '  calm again ' };
    const { challenge, options } = await site.post('/auth/challenge', { action: untidy }, cookie);
    const factor = {
      kind: 'passkey',
      challenge: String(challenge),
      assertion: device.answer(options as object, site),
    } as const;
    const spent = await site.desk.auth.spend(
      site.desk.who(cookie.split('=')[1] ?? ''),
      { ...untidy, reason: 'calm again' },
      factor,
      'release',
    );
    expect(spent).toMatchObject({
      ok: true,
      value: { kind: 'passkey', assertion: { rpId: HOSTNAME, origin: site.origin } },
    });
  });

  it.each([
    [{ type: 'halt.press', haltId: 'halt-0001', reason: 'x' }, 'unknown-action'],
    [{ type: 'halt.release', haltId: 'halt-0001' }, 'unknown-action'],
    [{ type: 'account.password', password: 'a secret in an action' }, 'unknown-action'],
    [{ type: 'session.renew' }, 'no-passkey'],
    [{ type: 'user.remove', user: 'second', reason: 'left' }, 'no-passkey'],
    [{ type: 'no.such.thing' }, 'unknown-action'],
  ])('a challenge for %j: %s', async (action, code) => {
    const site = await Site.open();
    const { cookie } = await site.enrol();
    expect(await site.post('/auth/challenge', { action }, cookie)).toMatchObject({ ok: false, code });
  });
});

it('every route of one’s account asks who is there first; a wall is nobody’s account', async () => {
  const site = await Site.open();
  const { token } = value(await site.desk.auth.links.makeWall('Lobby', HOST));
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  };
  const wall = await site.ask('POST', '/auth/wall/start', { token, publicKey: jwk });
  expect(wall.statusCode).toBe(200);
  for (const path of [
    'password',
    'passkeys/start',
    'passkeys',
    'passkeys/remove',
    'recovery-codes',
    'totp/start',
    'totp',
    'totp/remove',
  ]) {
    expect((await site.ask('POST', `/auth/account/${path}`, {})).statusCode, path).toBe(401);
    expect((await site.ask('POST', `/auth/account/${path}`, {}, cookieOf(wall))).statusCode, path).toBe(403);
  }
  for (const path of ['/auth/activity', '/auth/renew', '/auth/challenge', '/auth/sessions/revoke']) {
    expect((await site.ask('POST', path, {})).statusCode, path).toBe(401);
    expect((await site.ask('POST', path, {}, cookieOf(wall))).statusCode, path).toBe(403);
  }
});
