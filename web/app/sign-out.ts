import { signOut } from './api/session.ts';
import type { Services } from './services.ts';

/** Ends this session on the server, and starts the page anew: nothing of it stays in memory. */
export function signOutHere({ stream }: Pick<Services, 'stream'>): void {
  stream.disconnect();
  void signOut().finally(() => location.assign('/'));
}
