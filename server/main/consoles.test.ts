import { describe, expect, it } from 'vitest';
import type { Micros } from '../../protocol/units.ts';
import { authorOf } from '../auth/author.ts';
import type { Identity } from '../auth/identity.ts';
import { GRACE_MICROS, HELD_MICROS } from '../auth/session-times.ts';
import { sessionCookieName } from '../http/session-cookie.ts';
import { operator, TestIdentity, value } from '../testing/identity.ts';
import { consoleQuestions } from './consoles.ts';

const ADDRESS = '192.0.2.7';

async function openDesk(secureCookies: boolean) {
  const desk = await TestIdentity.open();
  const enrolled = await desk.enrol(operator);
  const asked: (Identity | null)[] = [];
  const questions = consoleQuestions({
    auth: desk.auth,
    commands: {
      execute: (_envelope, identity) => {
        asked.push(identity);
        return Promise.resolve({ ok: true, sentence: 'Done.', at: 0 as Micros, orderId: null });
      },
    },
    diary: { error: () => undefined },
    secureCookies,
  });
  const header = (cookie: string): string => `a=b; ${sessionCookieName(secureCookies)}=${cookie}`;
  return { desk, ...enrolled, asked, questions, header };
}

describe.each([false, true])('a console, over TLS: %s', (secureCookies) => {
  it('R-57: still halts by a socket whose cookie was rotated out long ago, and opens none by it', async () => {
    const { desk, cookie, secret, asked, questions, header } = await openDesk(secureCookies);
    const who = desk.who(cookie);
    expect(await questions.identify(header(cookie), ADDRESS)).toMatchObject({ sessionKey: who.sessionKey });
    const factor = { kind: 'totp', code: desk.code(secret) } as const;
    value(await desk.auth.spend(who, { type: 'act' }, factor, 'halt'));
    const rotated = await desk.auth.sessions.rotate(who, authorOf(who));
    desk.who(rotated?.cookie ?? '');
    for (const ms of [GRACE_MICROS / 1000 + 1, HELD_MICROS / 1000]) {
      desk.clock.advance(ms);
      desk.auth.expire();
      await questions.command({}, header(cookie), ADDRESS);
      expect(asked.at(-1)).toMatchObject({ session: who.session, user: operator, address: ADDRESS });
      expect(await questions.identify(header(cookie), ADDRESS)).toBeNull();
    }
    await desk.auth.sessions.end(who.session, 'You signed out.');
    await questions.command({}, header(cookie), ADDRESS);
    expect(asked.at(-1), 'its end ends its sockets’ say').toBeNull();
  });

  it('by a cookie of the other name, or none, is nobody', async () => {
    const { cookie, asked, questions } = await openDesk(secureCookies);
    for (const header of [`${sessionCookieName(!secureCookies)}=${cookie}`, cookie, '', null]) {
      expect(await questions.identify(header, ADDRESS)).toBeNull();
      await questions.command({}, header, ADDRESS);
      expect(asked.at(-1)).toBeNull();
    }
  });
});
