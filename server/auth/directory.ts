import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Role } from '../../protocol/session.ts';
import type { UserId } from '../../protocol/units.ts';
import { serverAuthor, type Author } from './author.ts';
import type { AuthBook } from './book.ts';
import type { Change } from './entries.ts';
import type { Sessions } from './sessions.ts';
import { isEnrolled, type User } from './state.ts';
import { Turns } from './turns.ts';

export interface UserFacts {
  readonly user: UserId;
  readonly name: string;
  readonly role: Role;
}

/** Users and their roles: who there is, and changes of that, one at a time, on disk before in force. */
export class Directory {
  readonly #book: AuthBook;
  readonly #sessions: Sessions;
  readonly #turns = new Turns();

  constructor(book: AuthBook, sessions: Sessions) {
    this.#book = book;
    this.#sessions = sessions;
  }

  list(): readonly User[] {
    return [...this.#book.state.users.values()];
  }

  find(user: string): User | null {
    return this.#book.state.users.get(user as UserId) ?? null;
  }

  /**
   * The configuration's users make the first table; afterwards the log is what counts. Returns how the
   * configuration differs from it in a sentence, null when it does not.
   */
  async seed(
    users: readonly { readonly id: UserId; readonly name: string; readonly role: Role }[],
  ): Promise<string | null> {
    if (this.list().length === 0) {
      for (const { id: user, name, role } of users) {
        const change = { before: null, after: { name, role } };
        const given = { by: serverAuthor.actor, at: this.#book.wall() };
        await this.#book.commit(serverAuthor, { kind: 'auth.user', user, name, role, ...given }, change);
      }
      return null;
    }
    const known = this.list();
    const differs = [
      ...users
        .filter(
          ({ id, name, role }) =>
            !known.some((one) => one.id === id && one.name === name && one.role === role),
        )
        .map(({ id }) => id),
      ...known.filter(({ id }) => !users.some((one) => one.id === id)).map(({ id }) => id),
    ];
    if (differs.length === 0) return null;
    return `The users of the configuration made the first start only; these differ from the log, which counts: ${differs.join(', ')}. Change users in the console, or by npm run admin.`;
  }

  create({ user, name, role }: UserFacts, author: Author): Promise<Result<Change>> {
    return this.#byAuthor(author, async () => {
      if (this.find(user)) return refuse('user-exists', `There is a user called "${user}" already.`);
      if (user.startsWith('wall.') || RESERVED.has(user))
        return refuse('reserved-name', `"${user}" is not a person’s name here.`);
      return this.#commit({ user, name, role }, author, { before: null, after: { name, role } });
    });
  }

  /** A new role is in force at once and ends that user's sessions: they sign in to it. */
  change({ user, name, role }: UserFacts, author: Author): Promise<Result<Change>> {
    return this.#byAuthor(author, async () => {
      const known = this.find(user);
      if (!known) return unknown(user);
      if (known.name === name && known.role === role)
        return refuse('no-change', 'This would change nothing.');
      if (known.role !== role && author.actor === user)
        return refuse('own-role', 'Nobody changes their own role.');
      if (role !== 'administrator' && this.#isLastAdministrator(known)) return lastAdministrator();
      const change = { before: { name: known.name, role: known.role }, after: { name, role } };
      const done = await this.#commit({ user, name, role }, author, change);
      if (known.role !== role)
        await this.#sessions.endAll(user, 'Your role was changed; sign in again.', author);
      return done;
    });
  }

  /** Takes everything: links, sessions, factors. The steps of codes stay used. */
  remove(user: UserId, author: Author): Promise<Result<Change>> {
    return this.#byAuthor(author, async () => {
      const known = this.find(user);
      if (!known) return unknown(user);
      if (author.actor === user) return refuse('own-user', 'Nobody removes themselves.');
      if (this.#isLastAdministrator(known)) return lastAdministrator();
      const change = { before: { name: known.name, role: known.role }, after: null };
      await this.#book.commit(author, { kind: 'auth.user-removed', user }, change);
      this.#sessions.dropOrphans('Your user was removed.');
      return ok(change);
    });
  }

  /**
   * In turn, and only while its author's session is there: whose role was taken by the change before
   * this one changes nobody any more.
   */
  #byAuthor(author: Author, work: () => Promise<Result<Change>>): Promise<Result<Change>> {
    const session = author.by?.session ?? null;
    const wasSignedIn = session !== null && this.#sessions.userOf(session) !== null;
    return this.#turns.take(async () => {
      if (wasSignedIn && this.#sessions.userOf(session) === null) {
        return refuse('session-over', 'Your session ended meanwhile; nothing was done.');
      }
      return work();
    });
  }

  /** Only those who can sign in count: an administrator who never enrolled restores nobody. */
  #isLastAdministrator(user: User): boolean {
    if (user.role !== 'administrator') return false;
    const others = this.list().filter(({ id, role }) => role === 'administrator' && id !== user.id);
    return isEnrolled(user) ? !others.some(isEnrolled) : others.length === 0;
  }

  async #commit({ user, name, role }: UserFacts, author: Author, change: Change): Promise<Result<Change>> {
    const given = { by: author.actor, at: this.#book.wall() };
    await this.#book.commit(author, { kind: 'auth.user', user, name, role, ...given }, change);
    return ok(change);
  }
}

/** Actors of records that are no person. */
const RESERVED: ReadonlySet<string> = new Set(['server', 'host', 'unknown']);

function unknown(user: string): Result<never> {
  return refuse('unknown-user', `There is no user called "${user.slice(0, 64)}".`);
}
function lastAdministrator(): Result<never> {
  return refuse('last-administrator', 'This is the last administrator who can sign in; make another first.');
}
