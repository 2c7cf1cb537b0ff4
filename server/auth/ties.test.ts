import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Micros, UserId } from '../../protocol/units.ts';
import { admin, HOST, operator, second, TestIdentity, value } from '../testing/identity.ts';
import { authorOf } from './author.ts';
import type { Given } from './state.ts';
import { TIE_MICROS, tieOf } from './ties.ts';

const NOW = 100 * TIE_MICROS;
const person = (id: string, ...given: [by: string, daysAgo: number][]) => ({
  id: id as UserId,
  given: given.map(([by, days]): Given => ({
    by,
    at: (NOW - days * 86_400_000_000) as Micros,
    what: 'role',
  })),
});
const kindOf = (...[one, other]: [ReturnType<typeof person>, ReturnType<typeof person>]) =>
  tieOf(one, other, NOW as Micros)?.kind ?? null;

describe('R-30: two people', () => {
  it.each([
    ['strangers to each other', person('ann'), person('bob'), null],
    [
      'made by the configuration and the host',
      person('ann', ['server', 1]),
      person('bob', ['server', 1], ['host', 0]),
      null,
    ],
    ['one made the other yesterday', person('ann'), person('bob', ['ann', 1]), 'own'],
    ['the one who releases made the one who pressed', person('bob', ['ann', 29]), person('ann'), 'own'],
    ['one made the other long ago', person('ann'), person('bob', ['ann', 30]), null],
    ['one administrator made both of late', person('ann', ['ada', 2]), person('bob', ['ada', 29]), 'same'],
    [
      'one administrator made both, one of them long ago',
      person('ann', ['ada', 31]),
      person('bob', ['ada', 1]),
      null,
    ],
    ['two administrators made one each', person('ann', ['ada', 2]), person('bob', ['eve', 2]), null],
    ['own counts before same', person('ann', ['ada', 1]), person('bob', ['ada', 1], ['ann', 1]), 'own'],
    ['the clock was set back', person('ann'), person('bob', ['ann', -400]), 'own'],
  ])('%s', (_what, one, other, kind) => expect(kindOf(one, other)).toBe(kind));

  it('whoever of them is named first', () => {
    const names = fc.constantFrom('ann', 'bob', 'ada', 'host', 'server');
    const given = fc.array(fc.tuple(names, fc.integer({ min: 0, max: 60 })), { maxLength: 5 });
    fc.assert(
      fc.property(given, given, (a, b) => {
        const [one, other] = [person('ann', ...a), person('bob', ...b)];
        expect(kindOf(one, other)).toBe(kindOf(other, one));
      }),
    );
  });
});

describe('what is given', () => {
  const givenTo = (desk: TestIdentity, user: UserId) =>
    desk.auth.directory.find(user)?.given.map(({ by, what }) => `${by} ${what}`);

  it('is a role and a way to factors, not a link to sign in by; known after a restart', async () => {
    const desk = await TestIdentity.open();
    const { cookie } = await desk.enrol(admin);
    const author = authorOf(desk.who(cookie));
    const maria = 'maria' as UserId;
    value(await desk.auth.directory.create({ user: maria, name: 'Maria', role: 'trader' }, author));
    value(await desk.auth.links.make(maria, author));
    expect(givenTo(desk, maria)).toEqual(['admin role', 'admin factors']);
    await desk.enrol(operator);
    value(await desk.auth.links.make(operator, author));
    expect(givenTo(desk, operator)).toEqual(['server role', 'host factors']);
    value(await desk.auth.links.make(operator, author, { reset: true }));
    value(await desk.auth.links.make(second, HOST));
    desk.restart();
    expect(givenTo(desk, operator)).toEqual(['server role', 'host factors', 'admin factors']);
    expect(givenTo(desk, second)).toEqual(['server role', 'host factors']);
  });

  it('is kept for the newest only, and forgotten with the user', async () => {
    const desk = await TestIdentity.open();
    for (let i = 0; i < 40; i++) {
      const role = i % 2 === 0 ? 'viewer' : 'trader';
      value(
        await desk.auth.directory.change({ user: operator, name: 'Olga Perez', role }, { actor: `a${i}` }),
      );
    }
    expect(givenTo(desk, operator)).toHaveLength(16);
    expect(givenTo(desk, operator)?.at(-1)).toBe('a39 role');
    value(await desk.auth.directory.remove(operator, HOST));
    value(await desk.auth.directory.create({ user: operator, name: 'Olga', role: 'trader' }, HOST));
    expect(givenTo(desk, operator)).toEqual(['host role']);
  });
});
