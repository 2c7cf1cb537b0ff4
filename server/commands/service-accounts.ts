import type { Reply } from '../../protocol/commands.ts';
import { authorOf } from '../auth/author.ts';
import type { Clock } from '../clock.ts';
import type { Handlers } from './asked.ts';
import type { ServicesPort } from './ports.ts';
import type { Refusals } from './refusals.ts';
import { spendOn, type Spender } from './spend.ts';
import { Turns } from './turns.ts';

export interface ServiceCommandParts {
  readonly clock: Clock;
  readonly auth: Spender;
  readonly services: ServicesPort;
  readonly refusals: Refusals;
}

type ServiceTypes = 'service-account.create' | 'service-account.rotate' | 'service-account.revoke';

/** Strategies' accounts. A revocation lowers risk and takes no factor. */
export function serviceCommands(parts: ServiceCommandParts): Pick<Handlers, ServiceTypes> {
  const { clock, auth, services, refusals } = parts;
  const turns = new Turns();
  const done = (sentence: string, shown?: string): Reply => ({
    ...{ ok: true, sentence, at: clock.wallMicros(), orderId: null },
    ...(shown === undefined ? {} : { shown }),
  });
  return {
    'service-account.create': (asked) =>
      turns.take(async () => {
        const spent = await spendOn(auth, asked, 'admin');
        if (!spent.ok) return refusals.of(asked, spent.error);
        const { account, scopes, days } = asked.command;
        const made = await services.create(
          { account, scopes, days },
          authorOf(asked.identity, { spent: spent.value }),
        );
        if (!made.ok) return refusals.of(asked, made.error);
        return done(`The key of ${account} is shown this once${until(days)}.`, made.value.key);
      }),
    'service-account.rotate': (asked) =>
      turns.take(async () => {
        const spent = await spendOn(auth, asked, 'admin');
        if (!spent.ok) return refusals.of(asked, spent.error);
        const { account, days } = asked.command;
        const made = await services.rotate(
          { account, days },
          authorOf(asked.identity, { spent: spent.value }),
        );
        if (!made.ok) return refusals.of(asked, made.error);
        const sentence = `The new key of ${account} is shown this once${until(days)}; the old one works 60 s more.`;
        return done(sentence, made.value.key);
      }),
    'service-account.revoke': async (asked) => {
      const { command, identity } = asked;
      const revoked = await services.revoke(command.account, authorOf(identity, { reason: command.reason }));
      if (!revoked.ok) return refusals.of(asked, revoked.error);
      return done(`${command.account} is revoked: its key and its sockets are dead.`);
    },
  };
}

const until = (days: number | null): string =>
  days === null ? ' and does not expire' : ` and expires in ${days} days`;
