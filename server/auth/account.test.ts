import { describe, expect, it } from 'vitest';
import { SoftwareAuthenticator } from '../testing/authenticator.ts';
import { codeOf, operator, PASSWORD, TestIdentity, value } from '../testing/identity.ts';

const site = { rpId: 'localhost', origin: 'http://localhost:4400' };
const NEW_PASSWORD = 'seven copper kettles sing';

async function open() {
  const desk = await TestIdentity.open();
  const person = await desk.enrol(operator);
  const who = () => desk.who(person.cookie);
  /** A code that was not given for the account before. */
  const factor = () => {
    desk.clock.advance(30_000);
    return { kind: 'totp', code: desk.code(person.secret) } as const;
  };
  const addPasskey = async (name = 'Phone', device = new SoftwareAuthenticator()) => {
    const { challenge, options } = value(await desk.auth.account.startPasskey(who(), site));
    const made = { challenge, attestation: device.register(options, site), name };
    return { made, device };
  };
  return { desk, person, who, factor, addPasskey, account: desk.auth.account };
}

describe('one’s own factors', () => {
  it('a new password needs a factor, replaces the old one and ends the other sessions', async () => {
    const { desk, person, who, factor, account } = await open();
    const other = value(await desk.login('operator', desk.code(person.secret, 1)));
    expect(codeOf(await account.setPassword(who(), 'short', factor()))).toBe('password-short');
    const wrong = { kind: 'totp', code: '000000' } as const;
    expect(codeOf(await account.setPassword(who(), NEW_PASSWORD, wrong))).toBe('wrong-code');
    expect(codeOf(await account.setPassword(who(), NEW_PASSWORD, factor()))).toBe('ok');
    expect(desk.auth.identify(other.cookie)).toBeNull();
    desk.clock.advance(60_000);
    const code = desk.code(person.secret);
    expect(codeOf(await desk.login('operator', code, 'a', PASSWORD))).toBe('wrong-sign-in');
    expect(codeOf(await desk.login('operator', code, 'a', NEW_PASSWORD))).toBe('ok');
  });

  it('a passkey is added by a factor; a wrong one leaves the new key to be tried again', async () => {
    const { desk, who, factor, addPasskey, account } = await open();
    const { made } = await addPasskey();
    const wrong = { kind: 'totp', code: '000000' } as const;
    expect(codeOf(await account.addPasskey(who(), made, wrong))).toBe('wrong-code');
    expect(codeOf(await account.addPasskey(who(), made, factor()))).toBe('ok');
    expect(codeOf(await account.addPasskey(who(), made, factor()))).toBe('challenge-unknown');
    expect(desk.auth.people()[0]?.passkeys).toMatchObject([{ name: 'Phone' }]);
  });

  it('the last way to sign in can’t be removed', async () => {
    const { desk, who, factor, addPasskey, account } = await open();
    expect(codeOf(await account.removeTotp(who(), factor()))).toBe('last-factor');
    const { made, device } = await addPasskey();
    value(await account.addPasskey(who(), made, factor()));
    expect(codeOf(await account.removeTotp(who(), factor()))).toBe('ok');
    const left = async () => {
      const action = { type: 'account.passkey-remove', id: device.id };
      const { challenge, options } = value(await desk.auth.factors.challenge(who(), action, site));
      return { kind: 'passkey', challenge, assertion: device.answer(options, site) } as const;
    };
    expect(codeOf(await account.removePasskey(who(), device.id, await left()))).toBe('last-factor');
    expect(codeOf(await account.removePasskey(who(), 'another', await left()))).toBe('unknown-passkey');
  });

  it('new recovery codes end the old ones', async () => {
    const { desk, person, who, factor, account } = await open();
    const fresh = value(await account.newRecoveryCodes(who(), factor()));
    expect(fresh).toHaveLength(10);
    const enter = (code = '') => desk.enter('operator', { kind: 'recovery', code }, 'b').then(codeOf);
    expect([await enter(person.recoveryCodes[0]), await enter(fresh[0])]).toEqual(['wrong-sign-in', 'ok']);
  });

  it('a new authenticator counts once a code of it was given, with a factor that counts now', async () => {
    const { desk, person, who, factor, account } = await open();
    const { secret } = value(account.startTotp(who()));
    expect(value(account.startTotp(who())).secret).toBe(secret);
    expect(codeOf(await account.setTotp(who(), '000000', factor()))).toBe('wrong-new-code');
    const given = factor();
    expect(codeOf(await account.setTotp(who(), desk.code(secret), given))).toBe('ok');
    // The step of `given` was used with the old secret; with the new one it is another code.
    const next = { kind: 'totp', code: desk.code(secret) } as const;
    expect(codeOf(await account.newRecoveryCodes(who(), next))).toBe('ok');
    expect(codeOf(await account.newRecoveryCodes(who(), next))).toBe('code-used');
    desk.clock.advance(60_000);
    expect(codeOf(await desk.login('operator', desk.code(person.secret), 'a'))).toBe('wrong-sign-in');
    expect(codeOf(await desk.login('operator', desk.code(secret), 'b'))).toBe('ok');
  });

  it('nothing changes when the log can’t be written', async () => {
    const { desk, who, factor, account } = await open();
    desk.broken = true;
    expect(codeOf(await account.newRecoveryCodes(who(), factor()))).toBe('audit-broken');
  });
});
