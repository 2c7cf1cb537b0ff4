import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { wallProofText } from '../../protocol/account.ts';
import { codeOf, from, HOST, TestIdentity, value } from '../testing/identity.ts';
import { WALL_MICROS } from './session-times.ts';

const MINUTE_MS = 60_000;

class Display {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  get jwk(): object {
    return this.#keys.publicKey.export({ format: 'jwk' });
  }
  sign(nonce: string): string {
    const key = { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' as const };
    return sign('sha256', Buffer.from(wallProofText(nonce)), key).toString('base64url');
  }
}

async function open() {
  const desk = await TestIdentity.open();
  const display = new Display();
  const { token } = value(await desk.auth.links.makeWall('Trading floor, east', HOST));
  const { cookie } = value(await desk.auth.walls.start(token, display.jwk, from('10.0.0.5')));
  const prove = (device = display) => {
    const nonce = desk.auth.walls.challenge(cookie) ?? '';
    return desk.auth.walls.prove(cookie, { nonce, signature: device.sign(nonce) }, '10.0.0.5');
  };
  return { desk, display, token, cookie, prove };
}

describe('a wall display', () => {
  it('watches and does nothing else, also with a factor of somebody', async () => {
    const { desk, cookie } = await open();
    const who = desk.who(cookie);
    expect(who).toMatchObject({
      user: 'wall.trading-floor-east',
      permissions: ['watch'],
      authority: 'watching',
    });
    expect(who.view).toMatchObject({ kind: 'wall', name: 'Trading floor, east' });
    expect([who.may('watch'), who.may('halt')]).toEqual([true, false]);
    expect(codeOf(await desk.give(who, { kind: 'session' }, 'halt'))).toBe('not-allowed');
    expect(codeOf(await desk.auth.renew(who, { kind: 'totp', code: '000000' }))).toBe('not-allowed');
    // Nobody else becomes it, and its link works once.
    expect(
      codeOf(await desk.auth.directory.create({ user: who.user, name: 'x', role: 'administrator' }, HOST)),
    ).toBe('reserved-name');
  });

  it('its link is used up, is no way to enrol, and a person’s link is none for a wall', async () => {
    const { desk, token, display } = await open();
    expect(codeOf(await desk.auth.walls.start(token, display.jwk, from('a')))).toBe('link-unknown');
    const { token: wall } = value(await desk.auth.links.makeWall('West', HOST));
    expect(codeOf(desk.auth.enrolment.start(wall))).toBe('link-unknown');
    const person = await desk.link('operator' as never);
    expect(codeOf(await desk.auth.walls.start(person, display.jwk, from('a')))).toBe('link-unknown');
    expect(
      codeOf(await desk.auth.walls.start(wall, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, from('a'))),
    ).toBe('bad-key');
    expect(codeOf(await desk.auth.links.makeWall(' – ', HOST))).toBe('bad-name');
  });

  it('its cookie is worth nothing after five minutes without its device’s proof', async () => {
    const { desk, cookie, prove } = await open();
    desk.clock.advance(5 * MINUTE_MS);
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(codeOf(prove(new Display()))).toBe('wrong-device');
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(codeOf(prove())).toBe('ok');
    expect(desk.auth.identify(cookie)).not.toBeNull();
    desk.restart();
    expect(desk.auth.identify(cookie)).toBeNull();
    expect(codeOf(prove())).toBe('ok');
  });

  it('a proof is good once, for the question that was asked, within a minute', async () => {
    const { desk, display, cookie } = await open();
    const { walls } = desk.auth;
    const nonce = walls.challenge(cookie) ?? '';
    const proof = { nonce, signature: display.sign(nonce) };
    expect(codeOf(walls.prove(cookie, proof, 'a'))).toBe('ok');
    expect(codeOf(walls.prove(cookie, proof, 'a'))).toBe('wrong-device');
    const asked = walls.challenge(cookie) ?? '';
    expect(codeOf(walls.prove(cookie, { nonce: asked, signature: display.sign(nonce) }, 'a'))).toBe(
      'wrong-device',
    );
    const late = walls.challenge(cookie) ?? '';
    desk.clock.advance(MINUTE_MS);
    expect(codeOf(walls.prove(cookie, { nonce: late, signature: display.sign(late) }, 'a'))).toBe(
      'wrong-device',
    );
    expect(walls.challenge('nobody')).toBeNull();
  });

  it('its socket closes when its proof is over: a cookie that was copied does not go on watching', async () => {
    const { desk, cookie, prove } = await open();
    const closed: string[] = [];
    desk.auth.sessions.onRotated((key) => closed.push(key));
    const { sessionKey } = desk.who(cookie);
    desk.clock.advance(4 * MINUTE_MS);
    expect(codeOf(prove())).toBe('ok');
    desk.clock.advance(4 * MINUTE_MS);
    desk.auth.expire();
    expect(closed).toEqual([]);
    desk.clock.advance(MINUTE_MS);
    desk.auth.expire();
    desk.auth.expire();
    expect(closed).toEqual([sessionKey]);
    expect(codeOf(prove())).toBe('ok');
    desk.clock.advance(5 * MINUTE_MS);
    desk.auth.expire();
    expect(closed).toEqual([sessionKey, sessionKey]);
  });

  it('ends after 30 days however often it proves itself, and when it is revoked', async () => {
    const { desk, cookie, prove } = await open();
    desk.clock.advance(WALL_MICROS / 1000 - 1);
    expect(codeOf(prove())).toBe('ok');
    desk.clock.advance(1);
    expect(codeOf(prove())).toBe('wrong-device');
    const again = await open();
    const { session } = again.desk.who(again.cookie);
    await again.desk.auth.sessions.revoke(session, HOST);
    expect(again.desk.auth.identify(again.cookie)).toBeNull();
    expect(desk.auth.identify(cookie)).toBeNull();
  });
});
