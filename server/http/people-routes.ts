import type { FastifyInstance } from 'fastify';
import type { Note } from '../../protocol/notes.ts';
import type { PersonView, Restriction, ServiceAccountView } from '../../protocol/people.ts';
import type { Permission } from '../../protocol/permissions.ts';
import type { Auth } from '../auth/auth.ts';
import { cookieOf } from './auth-routes.ts';
import { addressOf, send } from './listener.ts';

export interface PeopleParts {
  readonly people: () => readonly PersonView[];
  readonly accounts: () => readonly ServiceAccountView[];
  readonly restrictions: () => readonly Restriction[];
  readonly notes: () => readonly Note[];
}

const MANAGING: readonly Permission[] = [
  'user.manage',
  'session.manage',
  'service-account.manage',
  'restriction.manage',
];

/** Who is here, which keys there are, what is restricted; and the log book. */
export function addPeopleRoutes(
  app: FastifyInstance,
  parts: PeopleParts & { readonly auth: Pick<Auth, 'identify'> },
): void {
  app.get('/api/people', (request, reply) => {
    const identity = parts.auth.identify(cookieOf(request), addressOf(request));
    if (!identity) return send(reply, 401, nobody);
    if (!MANAGING.some((permission) => identity.may(permission))) {
      const sentence = `The role ${identity.role} may not see who is here.`;
      return send(reply, 403, { code: 'not-allowed', sentence });
    }
    // Each sees the part that they may change; the restricted list is everybody's who may be here.
    const seesPeople = identity.may('user.manage') || identity.may('session.manage');
    const seesAccounts = seesPeople || identity.may('service-account.manage');
    return reply.send({
      ok: true,
      people: seesPeople ? parts.people() : [],
      accounts: seesAccounts ? parts.accounts() : [],
      restrictions: parts.restrictions(),
    });
  });

  app.get('/api/notes', (request, reply) => {
    const identity = parts.auth.identify(cookieOf(request), addressOf(request));
    if (!identity) return send(reply, 401, nobody);
    return reply.send({ ok: true, notes: parts.notes() });
  });
}

const nobody = { code: 'not-signed-in', sentence: 'You are not signed in, or your session is over.' };
