import type { Auth } from '../auth/auth.ts';
import { serverAuthor } from '../auth/author.ts';
import { isEnrolled } from '../auth/state.ts';
import type { Config } from '../config/config.ts';

export interface StartLink {
  readonly user: string;
  readonly url: string;
}

const LINKS_MAX = 20;

/**
 * One-time links that a start shows to whoever started it: for those who have no way to sign in yet,
 * and outside production for the configuration's users, enrolled or not, as long as they are there.
 */
export async function startLinks(
  auth: Pick<Auth, 'directory' | 'links'>,
  config: Pick<Config, 'profile' | 'users'>,
  urlOf: (token: string) => string,
): Promise<StartLink[]> {
  const isTrial = config.profile !== 'production';
  const named = new Set(config.users.map(({ id }) => id));
  const users = auth.directory.list().filter((user) => !isEnrolled(user) || (isTrial && named.has(user.id)));
  const links: StartLink[] = [];
  for (const { id } of users.slice(0, LINKS_MAX)) {
    const link = await auth.links.make(id, serverAuthor);
    if (link.ok) links.push({ user: id, url: urlOf(link.value.token) });
  }
  return links;
}
