/** The tables are the fold of the log, whatever people do and whenever the log fails. */
import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { ROLE_PERMISSIONS } from '../../protocol/permissions.ts';
import { roleSchema } from '../../protocol/roles.ts';
import type { StrategyId } from '../../protocol/units.ts';
import {
  codeOf,
  from,
  HOST,
  operator,
  second,
  admin,
  PASSWORD,
  TestIdentity,
  type EnrolledPerson,
} from '../testing/identity.ts';
import { authorOf } from './author.ts';
import { pruneAuth } from './fold.ts';
import type { AuthState } from './state.ts';

const ACTS = [
  'enrol',
  'reset',
  'login',
  'wrong',
  'spend',
  'recover',
  'renew',
  'logout',
  'revoke',
  'change',
  'remove',
  'create',
  'codes',
  'password',
  'wall',
  'service',
  'rotate',
  'unservice',
  'restart',
  'wait',
  'expire',
  'break',
  'mend',
] as const;

const plain = (state: AuthState): unknown =>
  Object.fromEntries(
    Object.entries(state).map(([name, map]) => [name, [...(map as ReadonlyMap<string, unknown>)].sort()]),
  );

it('equals the live tables after any acts', async () => {
  const act = fc.record({
    kind: fc.constantFrom(...ACTS),
    user: fc.constantFrom(operator, second, admin),
    other: fc.constantFrom(operator, second, admin),
    together: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
      const desk = await TestIdentity.open();
      const people = new Map<string, EnrolledPerson & { password: string }>();
      const running: Promise<unknown>[] = [];
      let n = 0;
      for (const { kind, user, other, together } of acts) {
        desk.clock.advance(31_000);
        const person = people.get(user);
        const who = person ? desk.auth.identify(person.cookie) : null;
        const code = { kind: 'totp', code: person ? desk.code(person.secret) : '000000' } as const;
        const enrol = async (reset: boolean): Promise<void> => {
          const link = await desk.auth.links.make(user, HOST, { reset });
          const shown = link.ok ? desk.auth.enrolment.start(link.value.token) : link;
          if (!link.ok || !shown.ok || shown.value.secret === null) return;
          const { secret } = shown.value;
          const method = { kind: 'totp', password: PASSWORD, code: desk.code(secret) } as const;
          const done = await desk.auth.enrolment.finish(link.value.token, method, from('a'));
          if (done.ok) people.set(user, { secret, ...done.value, password: PASSWORD });
        };
        const account = 'maker' as StrategyId;
        const run = async (): Promise<unknown> => {
          switch (kind) {
            case 'enrol':
              return enrol(false);
            case 'reset':
              return enrol(true);
            case 'login':
              return desk.enter(user, code, `a${n++ % 3}`, person?.password);
            case 'wrong':
              return desk.login(user, '000000', 'b');
            case 'spend':
              return who && desk.give(who, code, together ? 'halt' : 'release');
            case 'recover':
              return desk.enter(
                user,
                { kind: 'recovery', code: person?.recoveryCodes[n++ % 10] ?? 'nothing at all' },
                'c',
              );
            case 'renew': {
              const renewed = who && (await desk.auth.renew(who, code));
              if (person && renewed?.ok) people.set(user, { ...person, cookie: renewed.value.cookie });
              return renewed;
            }
            case 'logout':
              return who && desk.auth.sessions.end(who.session, 'x', authorOf(who));
            case 'revoke': {
              const [listed] = who ? desk.auth.sessions.list(who) : [];
              return listed && desk.auth.sessions.revoke(listed.session, HOST);
            }
            case 'change': {
              const role = roleSchema.options[n++ % roleSchema.options.length] ?? 'viewer';
              return desk.auth.directory.change({ user: other, name: 'Other', role }, { actor: user });
            }
            case 'remove':
              return desk.auth.directory.remove(other, { actor: user });
            case 'create':
              return desk.auth.directory.create(
                { user: other, name: 'Again', role: 'trader' },
                { actor: user },
              );
            case 'codes':
              return who && desk.auth.account.newRecoveryCodes(who, code);
            case 'password':
              return who && desk.auth.account.setPassword(who, PASSWORD, code);
            case 'wall': {
              const link = await desk.auth.links.makeWall('Lobby', HOST);
              const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
                format: 'jwk',
              });
              return link.ok && desk.auth.walls.start(link.value.token, jwk, from('wall'));
            }
            case 'service':
              return desk.auth.services.create({ account, scopes: ['market.read'], days: 3 }, HOST);
            case 'rotate':
              return desk.auth.services.rotate({ account, days: null }, HOST);
            case 'unservice':
              return desk.auth.services.revoke(account, HOST);
            case 'restart':
              desk.restart();
              return null;
            case 'wait':
              desk.clock.advance(3_000_000);
              return null;
            case 'expire':
              desk.auth.expire();
              return null;
            case 'break':
              return (desk.broken = true);
            case 'mend':
              return (desk.broken = false);
          }
        };
        if (kind === 'restart') await Promise.all(running.splice(0));
        const done = run().catch(() => 'the log was broken');
        // A restart stands alone; everything else may overlap with what comes next.
        if (together && kind !== 'restart') running.push(done);
        else await Promise.all([...running.splice(0), done]);
      }
      await Promise.all(running);
      const now = desk.clock.wallMicros();
      expect(plain(pruneAuth(desk.auth.state, now))).toEqual(plain(pruneAuth(desk.state(), now)));
    }),
    { numRuns: 300 },
  );
});

it('a change that waits for the disk does not undo what overtook it: a reset clears what came before', async () => {
  const desk = await TestIdentity.open();
  const { cookie, secret } = await desk.enrol(operator);
  const token = await desk.link(operator, { reset: true });
  const shown = desk.auth.enrolment.start(token);
  let written = (): void => undefined;
  const codes = desk.auth.account.newRecoveryCodes(desk.who(cookie), {
    kind: 'totp',
    code: desk.code(secret),
  });
  // The factor's use is on disk by now; the new codes will not be.
  desk.disk = new Promise((resolve) => (written = resolve));
  const renamed = desk.auth.directory.change({ user: operator, name: 'Olga P', role: 'trader' }, HOST);
  await new Promise((resolve) => setImmediate(resolve));
  const method = {
    ...({ kind: 'totp', password: PASSWORD } as const),
    code: desk.code(shown.ok ? (shown.value.secret ?? '') : ''),
  };
  const reset = desk.auth.enrolment.finish(token, method, from('a'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(desk.auth.directory.find(operator)?.name).toBe('Olga Perez');
  written();
  const [, , enrolled] = await Promise.all([codes, renamed, reset]);
  const after = enrolled.ok ? enrolled.value.recoveryCodes : [];
  const entered = await desk.enter('operator', { kind: 'recovery', code: after[0] ?? '' });
  expect(codeOf(entered)).toBe('ok');
  expect(desk.auth.directory.find(operator)?.name).toBe('Olga P');
  expect(plain(desk.auth.state)).toEqual(plain(desk.state()));
});

it('an event of another version, or of nobody, changes nothing it can’t', async () => {
  const desk = await TestIdentity.open();
  const before = plain(desk.state());
  for (const details of [{}, { user: 'ghost', sealed: 'x' }, { user: 5 }, { user: 'ghost', hashes: [] }]) {
    for (const action of [
      'auth.password',
      'auth.totp',
      'auth.recovery-codes',
      'auth.factors-reset',
      'auth.unheard-of',
      'order.place',
    ]) {
      desk.entries.push({ actor: 'x', action, scope: 'x', details });
    }
  }
  expect(plain(desk.state())).toEqual(before);
  expect(codeOf(await desk.auth.links.make('ghost', HOST))).toBe('unknown-user');
});

it('every role may halt, cancel and acknowledge', () => {
  for (const permissions of Object.values(ROLE_PERMISSIONS)) {
    expect(permissions).toEqual(expect.arrayContaining(['halt', 'order.cancel', 'alarm.acknowledge']));
  }
});
