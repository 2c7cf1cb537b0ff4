import type { Auth } from '../auth/auth.ts';
import type { Commands } from '../commands.ts';
import { sessionCookieIn } from '../http/auth-routes.ts';
import type { RelayThread } from '../relay/relay-thread.ts';
import type { Diary } from './diary.ts';

type Questions = Pick<ConstructorParameters<typeof RelayThread>[0], 'identify' | 'command'>;

/**
 * What the relay asks for its consoles, by the whole `Cookie` header of a socket's handshake. A socket is
 * opened by a cookie that is good; what it commands later counts as its session's, also when that has
 * another cookie by then, since a rotation leaves open sockets open.
 */
export function consoleQuestions({
  auth,
  commands,
  diary,
  secureCookies,
}: {
  readonly auth: Pick<Auth, 'identify'>;
  readonly commands: Pick<Commands, 'execute'>;
  readonly diary: Pick<Diary, 'error'>;
  readonly secureCookies: boolean;
}): Questions {
  return {
    identify: (header, address) => {
      const identity = auth.identify(sessionCookieIn(header, secureCookies), address);
      return Promise.resolve(identity && { session: identity.view, sessionKey: identity.sessionKey });
    },
    command: async (envelope, header, address) => {
      try {
        const identity = auth.identify(sessionCookieIn(header, secureCookies), address, 'socket');
        return await commands.execute(envelope, identity, { by: 'socket', address });
      } catch (err) {
        diary.error({ err }, 'A command failed.');
        throw err;
      }
    },
  };
}
