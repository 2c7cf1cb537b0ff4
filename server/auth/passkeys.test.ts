import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Factor, LenientFactor } from '../../protocol/factors.ts';
import type { UserId } from '../../protocol/units.ts';
import { SoftwareAuthenticator, type Lies } from '../testing/authenticator.ts';
import { codeOf, from, operator, second, TestIdentity, value } from '../testing/identity.ts';
import { verifyStoredAssertion } from './stored-assertion.ts';

const site = { rpId: 'localhost', origin: 'http://localhost:4400' };
const action = { type: 'halt.release', haltId: 'halt-0001', reason: 'markets are calm' };

/** Enrols by a passkey, as a person with a security key or a phone does. */
async function enrolled(desk: TestIdentity, user: UserId = operator, device = new SoftwareAuthenticator()) {
  const token = await desk.link(user);
  const { challenge, options } = value(await desk.auth.enrolment.startPasskey(token, site));
  const attestation = device.register(options, site);
  const method = { kind: 'passkey', challenge, attestation, name: 'Key' } as const;
  const done = value(await desk.auth.enrolment.finish(token, method, from('a')));
  return { ...done, device };
}

async function signIn(desk: TestIdentity, device: SoftwareAuthenticator, lies: Lies = {}, at = site) {
  const { challenge, options } = value(await desk.auth.signIn.startPasskey(at, from('a')));
  return desk.auth.signIn.byPasskey(challenge, device.answer(options, at, lies), from('a'));
}

async function factorFor(
  desk: TestIdentity,
  { cookie, device }: { cookie: string; device: SoftwareAuthenticator },
  what: object = action,
  lies: Lies = {},
): Promise<Extract<Factor, { kind: 'passkey' }>> {
  const { challenge, options } = value(await desk.auth.factors.challenge(desk.who(cookie), what, site));
  return { kind: 'passkey', challenge, assertion: device.answer(options, site, lies) };
}

const spend = (desk: TestIdentity, cookie: string, factor: LenientFactor, what: object = action) =>
  desk.auth.spend(desk.who(cookie), what, factor, 'release');

describe('a passkey', () => {
  it('enrols, then signs in alone, again after a restart', async () => {
    const desk = await TestIdentity.open();
    const { device, recoveryCodes, cookie } = await enrolled(desk);
    expect(recoveryCodes).toHaveLength(10);
    expect(desk.who(cookie).view.factor).toBe('passkey');
    expect(codeOf(await signIn(desk, device))).toBe('ok');
    desk.restart();
    const again = value(await signIn(desk, device));
    expect(again.identity).toMatchObject({ user: 'operator', view: { factor: 'passkey' } });
    expect(desk.auth.people()[0]).toMatchObject({
      password: false,
      totp: false,
      passkeys: [{ name: 'Key' }],
    });
  });

  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  it.each<[string, Lies]>([
    ['at another origin', { origin: 'http://localhost:5000' }],
    ['at a look-alike origin', { origin: 'http://localhost.evil.example:4400' }],
    ['for another name', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: Buffer.alloc(32, 9).toString('base64url') }],
    ['of another kind', { type: 'webauthn.create' }],
    ['without having verified the user', { unverified: true }],
    ['signed by another key', { key: other }],
    ['naming another user', { userHandle: Buffer.from('second').toString('base64url') }],
  ])('that answers %s is refused', async (_name, lies) => {
    const desk = await TestIdentity.open();
    const { device } = await enrolled(desk);
    expect(codeOf(await signIn(desk, device, lies))).toBe('wrong-passkey');
    expect(codeOf(await signIn(desk, device))).toBe('ok');
  });

  it.each<[string, Lies]>([
    ['at another origin', { origin: 'https://evil.example' }],
    ['for another name', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: Buffer.alloc(32, 9).toString('base64url') }],
    ['without having verified the user', { unverified: true }],
  ])('made %s is not registered', async (_name, lies) => {
    const desk = await TestIdentity.open();
    const token = await desk.link(operator);
    const { challenge, options } = value(await desk.auth.enrolment.startPasskey(token, site));
    const attestation = new SoftwareAuthenticator().register(options, site, lies);
    const method = { kind: 'passkey', challenge, attestation, name: 'Key' } as const;
    expect(codeOf(await desk.auth.enrolment.finish(token, method, from('a')))).toBe('wrong-passkey');
    expect(desk.auth.people()[0]?.passkeys).toEqual([]);
  });

  it('whose counter goes back is refused as a copy; synced ones always say 0', async () => {
    const desk = await TestIdentity.open();
    const { device } = await enrolled(desk);
    expect(codeOf(await signIn(desk, device, { counter: 7 }))).toBe('ok');
    desk.restart();
    expect(codeOf(await signIn(desk, device, { counter: 7 }))).toBe('passkey-copied');
    expect(codeOf(await signIn(desk, device, { counter: 0 }))).toBe('passkey-copied');
    expect(codeOf(await signIn(desk, device, { counter: 8 }))).toBe('ok');
    const phone = await enrolled(desk, second, new SoftwareAuthenticator({ counts: false }));
    for (let i = 0; i < 3; i++) expect(codeOf(await signIn(desk, phone.device, { synced: true }))).toBe('ok');
    expect(desk.auth.people()[1]?.passkeys[0]?.backedUp).toBe(true);
  });

  it('two answers with one counter at once: one is taken', async () => {
    const desk = await TestIdentity.open();
    const { device } = await enrolled(desk);
    const both = await Promise.all([1, 2].map(() => signIn(desk, device, { counter: 5 })));
    expect(both.map(codeOf).sort()).toEqual(['ok', 'passkey-copied']);
  });

  it('answers a challenge once, and within two minutes', async () => {
    const desk = await TestIdentity.open();
    const { device } = await enrolled(desk);
    const ask = async () => value(await desk.auth.signIn.startPasskey(site, from('a')));
    const first = await ask();
    const answer = device.answer(first.options, site);
    const finish = (challenge: string, given = answer) =>
      desk.auth.signIn.byPasskey(challenge, given, from('a'));
    expect(codeOf(await finish(first.challenge))).toBe('ok');
    expect(codeOf(await finish(first.challenge))).toBe('challenge-unknown');
    const late = await ask();
    const second = device.answer(late.options, site);
    desk.clock.advance(120_000);
    expect(codeOf(await finish(late.challenge, second))).toBe('challenge-unknown');
  });

  it('needs a name: an address by number is refused in words', async () => {
    const desk = await TestIdentity.open();
    for (const rpId of ['127.0.0.1', '[::1]', '']) {
      const at = { rpId, origin: `http://${rpId}:4400` };
      expect(codeOf(await desk.auth.signIn.startPasskey(at, from('a')))).toBe('passkey-needs-name');
    }
  });

  it('unknown ones are delayed by address', async () => {
    const desk = await TestIdentity.open();
    const { device } = await enrolled(desk);
    const stranger = new SoftwareAuthenticator();
    for (let i = 0; i < 20; i++) expect(codeOf(await signIn(desk, stranger))).toBe('wrong-passkey');
    expect(codeOf(await signIn(desk, stranger))).toBe('too-many-attempts');
    desk.clock.advance(1000);
    expect(codeOf(await signIn(desk, device))).toBe('ok');
  });
});

describe('a passkey for an action', () => {
  it('R-30: signs that action alone, once, in that session', async () => {
    const desk = await TestIdentity.open();
    const person = await enrolled(desk);
    const { cookie } = person;
    const factor = await factorFor(desk, person);
    const otherAction = { ...action, haltId: 'halt-0002' };
    expect(codeOf(await spend(desk, cookie, factor, otherAction))).toBe('wrong-action');
    expect(codeOf(await spend(desk, cookie, factor))).toBe('challenge-unknown');
    const good = await factorFor(desk, person);
    expect(
      codeOf(
        await spend(desk, cookie, good, { reason: action.reason, type: action.type, haltId: action.haltId }),
      ),
    ).toBe('ok');
    expect(codeOf(await spend(desk, cookie, good))).toBe('challenge-unknown');
    const elsewhere = value(await signIn(desk, person.device));
    const mine = await factorFor(desk, person);
    expect(codeOf(await spend(desk, elsewhere.cookie, mine))).toBe('challenge-unknown');
  });

  it('a login’s answer signs no action, and another person’s passkey none of mine', async () => {
    const desk = await TestIdentity.open();
    const person = await enrolled(desk);
    const { challenge, options } = value(await desk.auth.signIn.startPasskey(site, from('a')));
    const login = { kind: 'passkey', challenge, assertion: person.device.answer(options, site) } as const;
    expect(codeOf(await spend(desk, person.cookie, login))).toBe('challenge-unknown');
    const thief = await enrolled(desk, second);
    const asked = value(await desk.auth.factors.challenge(desk.who(person.cookie), action, site));
    const assertion = thief.device.answer(asked.options, site);
    const stolen = { kind: 'passkey', challenge: asked.challenge, assertion } as const;
    expect(codeOf(await spend(desk, person.cookie, stolen))).toBe('wrong-passkey');
  });

  it('leaves a signature that verifies offline, and under no other action, key, name or origin', async () => {
    const desk = await TestIdentity.open();
    const person = await enrolled(desk);
    const spent = value(await spend(desk, person.cookie, await factorFor(desk, person)));
    const kept = JSON.parse(JSON.stringify(spent.assertion)) as Record<string, unknown>;
    expect(verifyStoredAssertion(kept)).toBeNull();
    const registered = desk.entries.find((entry) => entry.action === 'auth.passkey')?.details;
    expect(kept).toMatchObject({
      credential: registered?.['id'],
      spki: registered?.['spki'],
      user: 'operator',
      action,
    });
    const spki = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    for (const lie of [
      { action: { ...action, reason: 'another' } },
      { action: { ...action, haltId: 'halt-0002' } },
      { user: 'second' },
      { nonce: 'another' },
      { expiry: Number(kept['expiry']) + 1 },
      { origin: 'http://localhost:5000' },
      { rpId: 'evil.example' },
      { spki: spki.toString('base64url') },
      { signature: Buffer.alloc(70).toString('base64url') },
      { authenticatorData: Buffer.alloc(37).toString('base64url') },
      { authenticatorData: '' },
      { clientDataJSON: Buffer.from('{').toString('base64url') },
      { v: 2 },
    ]) {
      expect(verifyStoredAssertion({ ...kept, ...lie }), JSON.stringify(lie)).not.toBeNull();
    }
    expect(verifyStoredAssertion(null)).not.toBeNull();
  });

  it('a counter that went back, or an unverified user, is refused here too', async () => {
    const desk = await TestIdentity.open();
    const person = await enrolled(desk);
    const give = async (lies: Lies) =>
      spend(desk, person.cookie, await factorFor(desk, person, action, lies)).then(codeOf);
    expect([
      await give({ counter: 9 }),
      await give({ counter: 9 }),
      await give({ unverified: true, counter: 10 }),
    ]).toEqual([...['ok', 'passkey-copied', 'wrong-passkey']]);
  });
});

describe('R-57: a halt by passkey', () => {
  it('needs no log', async () => {
    const desk = await TestIdentity.open();
    const person = await enrolled(desk);
    const factor = await factorFor(desk, person, { type: 'halt.cancel-all', haltId: 'halt-0001' });
    desk.broken = true;
    const spent = await desk.auth.spend(
      desk.who(person.cookie),
      { type: 'halt.cancel-all', haltId: 'halt-0001' },
      factor,
      'halt',
    );
    expect(spent).toMatchObject({ ok: true, value: { kind: 'passkey' } });
  });
});
