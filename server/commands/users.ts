import type { Command, Reply } from '../../protocol/commands.ts';
import type { Factor } from '../../protocol/factors.ts';
import type { Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import { authorOf, type Author } from '../auth/author.ts';
import type { Clock } from '../clock.ts';
import type { Asked, Handlers } from './asked.ts';
import type { DirectoryPort, LinksPort, SessionsPort } from './ports.ts';
import type { Refusals } from './refusals.ts';
import { spendOn, type Spender } from './spend.ts';

export interface UserCommandParts {
  readonly clock: Clock;
  readonly auth: Spender;
  readonly directory: DirectoryPort;
  readonly links: LinksPort;
  readonly sessions: SessionsPort;
  readonly refusals: Refusals;
  /** The address of the page that takes a link's token. */
  readonly linkUrl: (page: 'enrol' | 'wall', token: string) => string;
}

type UserTypes = 'user.create' | 'user.change' | 'user.remove' | 'user.link' | 'session.revoke' | 'wall.link';
type WithFactor = Extract<Command, { readonly factor: Factor }>;

/** Users, sessions, links. Each raises what somebody may do, and takes a factor of its own. */
export function userCommands(parts: UserCommandParts): Pick<Handlers, UserTypes> {
  const { clock, auth, directory, links, sessions, refusals, linkUrl } = parts;

  const done = (sentence: string, shown?: string): Reply => ({
    ...{ ok: true, sentence, at: clock.wallMicros(), orderId: null },
    ...(shown === undefined ? {} : { shown }),
  });

  /** The factor first, then the act by its author. */
  const proven = async <C extends WithFactor>(
    asked: Asked<C>,
    act: (author: Author) => Promise<Result<Reply>>,
  ): Promise<Reply> => {
    const spent = await spendOn(auth, asked, 'admin');
    if (!spent.ok) return refusals.of(asked, spent.error);
    const reason = 'reason' in asked.command ? { reason: asked.command.reason } : {};
    const result = await act(authorOf(asked.identity, { ...reason, spent: spent.value }));
    return result.ok ? result.value : refusals.of(asked, result.error);
  };

  const shownLink = (
    page: 'enrol' | 'wall',
    whose: string,
    made: { token: string; expiresAt: Micros },
  ): Reply =>
    done(
      `The link of ${whose} works once, until ${timeOf(made.expiresAt)}; it is shown this once.`,
      linkUrl(page, made.token),
    );

  return {
    'user.create': (asked) =>
      proven(asked, async (author) => {
        const { user, name, role } = asked.command;
        const created = await directory.create({ user, name, role }, author);
        if (!created.ok) return created;
        const link = await links.make(user, author, { reset: false });
        if (!link.ok) return link;
        return { ok: true, value: shownLink('enrol', user, link.value) };
      }),
    'user.change': (asked) =>
      proven(asked, async (author) => {
        const { user, name, role } = asked.command;
        const changed = await directory.change({ user, name, role }, author);
        return changed.ok ? { ok: true, value: done(`${user} is ${name}, ${role}.`) } : changed;
      }),
    'user.remove': (asked) =>
      proven(asked, async (author) => {
        const { user } = asked.command;
        const removed = await directory.remove(user, author);
        const sentence = `${user} is removed; their sessions and links are over.`;
        return removed.ok ? { ok: true, value: done(sentence) } : removed;
      }),
    'user.link': (asked) =>
      proven(asked, async (author) => {
        const { user, reset } = asked.command;
        const link = await links.make(user, author, { reset });
        return link.ok ? { ok: true, value: shownLink('enrol', user, link.value) } : link;
      }),
    'wall.link': (asked) =>
      proven(asked, async (author) => {
        const { name } = asked.command;
        const link = await links.makeWall(name, author);
        return link.ok ? { ok: true, value: shownLink('wall', `the display ${name}`, link.value) } : link;
      }),
    'session.revoke': async (asked) => {
      const { command, identity } = asked;
      const known = sessions.list(identity).find(({ session }) => session === command.session);
      // The same words for one that is not there and for somebody else's.
      if (!known) {
        const sentence = 'You have no such session, and may not end those of others.';
        const unknown = {
          code: 'unknown-session',
          sentence: identity.may('session.manage') ? 'There is no such session.' : sentence,
        };
        return refusals.of(asked, unknown);
      }
      const ended = await sessions.revoke(command.session, authorOf(identity, { reason: command.reason }));
      if (!ended.ok) return refusals.of(asked, ended.error);
      return done(`The session of ${known.user} is over.`);
    },
  };
}

const timeOf = (micros: Micros): string => `${new Date(micros / 1000).toISOString().slice(11, 16)} UTC`;
