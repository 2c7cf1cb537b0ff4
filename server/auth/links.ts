import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros, UserId } from '../../protocol/units.ts';
import type { Author } from './author.ts';
import type { AuthBook } from './book.ts';
import { Deadlines } from './deadlines.ts';
import { hashOf } from './seal.ts';
import type { Link } from './state.ts';

export const LINK_MICROS = 15 * 60 * 1_000_000;
const LINKS_MAX = 100;

export interface MadeLink {
  readonly token: string;
  readonly expiresAt: Micros;
}

/** One-time links: each works once, for 15 minutes. Kept as their tokens' hashes. */
export class Links {
  readonly #book: AuthBook;
  readonly #deadlines = new Deadlines();

  constructor(book: AuthBook) {
    this.#book = book;
    const [wall, mono] = [book.wall(), book.clock.monotonicMicros()];
    for (const { hash, expiresAt } of book.state.links.values()) {
      this.#deadlines.set(hash, Math.min(expiresAt - wall, LINK_MICROS), mono);
    }
  }

  /** For a user to enrol or to sign in; `reset`: to replace every factor that they have. */
  async make(
    user: string,
    author: Author,
    how: { readonly reset: boolean } = { reset: false },
  ): Promise<Result<MadeLink>> {
    const known = this.#book.state.users.get(user as UserId);
    if (!known) return refuse('unknown-user', `There is no user called "${user.slice(0, 64)}".`);
    return this.#make(author, { user: known.id, use: how.reset ? 'reset' : 'enrol', name: '' });
  }

  /** For a display on a wall. */
  async makeWall(name: string, author: Author): Promise<Result<MadeLink>> {
    const id = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 50);
    if (id === '') return refuse('bad-name', 'A wall needs a name with letters or digits.');
    return this.#make(author, { user: `wall.${id}` as UserId, use: 'wall', name: name.trim().slice(0, 64) });
  }

  /** The link of a token, while it works. */
  find(token: string): Link | null {
    const link = this.#book.state.links.get(hashOf(token));
    if (!link || link.expiresAt <= this.#book.wall()) return null;
    return this.#deadlines.isOver(link.hash, this.#book.clock.monotonicMicros()) ? null : link;
  }

  async #make(author: Author, link: Pick<Link, 'user' | 'use' | 'name'>): Promise<Result<MadeLink>> {
    this.#book.prune();
    this.#deadlines.keep((hash) => this.#book.state.links.has(hash));
    // The host's own link is the last way in for somebody locked out: a crowd of links can't close it.
    if (author.actor !== 'host' && this.#book.state.links.size >= LINKS_MAX) {
      return refuse('too-many-links', 'Too many one-time links are open; wait until some have expired.');
    }
    const token = this.#book.token();
    const hash = hashOf(token);
    const at = this.#book.wall();
    const expiresAt = (at + LINK_MICROS) as Micros;
    this.#deadlines.set(hash, LINK_MICROS, this.#book.clock.monotonicMicros());
    await this.#book.commit(author, { kind: 'auth.link', ...link, hash, expiresAt, by: author.actor, at });
    return ok({ token, expiresAt });
  }
}

export function linkUnknown(): Result<never> {
  return refuse('link-unknown', 'This link was used, has expired, or never existed. Ask for another.');
}
