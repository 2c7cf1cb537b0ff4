import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { assertionSchema, factorSchema } from '../../protocol/factors.ts';
import type { Auth } from '../auth/auth.ts';
import {
  answer,
  attestationSchema,
  bodyOf,
  challengeIdSchema,
  codeSchema,
  originOf,
  passkeyNameSchema,
  passwordSchema,
  signedIn,
  siteOf,
  tokenSchema,
} from './auth-request.ts';

const [totp, recovery] = factorSchema.options;
const loginSchema = z.strictObject({
  user: z.string().max(64),
  password: passwordSchema,
  factor: z.discriminatedUnion('kind', [totp, recovery]),
});
const passkeySchema = z.strictObject({ challenge: challengeIdSchema, assertion: assertionSchema });
const linkSchema = z.strictObject({ token: tokenSchema });
const finishSchema = z.strictObject({
  token: tokenSchema,
  method: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('totp'), password: passwordSchema, code: codeSchema }),
    z.strictObject({
      kind: z.literal('passkey'),
      challenge: challengeIdSchema,
      attestation: attestationSchema,
      name: passkeyNameSchema,
    }),
    z.strictObject({ kind: z.literal('code'), code: codeSchema }),
    z.strictObject({
      kind: z.literal('passkey-sign-in'),
      challenge: challengeIdSchema,
      assertion: assertionSchema,
    }),
  ]),
});

/** Ways in: a password and a code, a passkey alone, a one-time link. */
export function addSignInRoutes(app: FastifyInstance, auth: Auth): void {
  app.post('/auth/login', async (request, reply) => {
    const body = bodyOf(request, reply, loginSchema);
    return body ? signedIn(reply, await auth.signIn.byPassword(body, originOf(request))) : reply;
  });

  app.post('/auth/passkey/start', async (request, reply) =>
    answer(reply, await auth.signIn.startPasskey(siteOf(request), originOf(request))),
  );

  app.post('/auth/passkey/finish', async (request, reply) => {
    const body = bodyOf(request, reply, passkeySchema);
    if (!body) return reply;
    return signedIn(reply, await auth.signIn.byPasskey(body.challenge, body.assertion, originOf(request)));
  });

  app.post('/auth/enrol/start', (request, reply) => {
    const body = bodyOf(request, reply, linkSchema);
    return body ? answer(reply, auth.enrolment.start(body.token)) : reply;
  });

  app.post('/auth/enrol/passkey', async (request, reply) => {
    const body = bodyOf(request, reply, linkSchema);
    return body ? answer(reply, await auth.enrolment.startPasskey(body.token, siteOf(request))) : reply;
  });

  app.post('/auth/enrol/finish', async (request, reply) => {
    const body = bodyOf(request, reply, finishSchema);
    if (!body) return reply;
    return signedIn(reply, await auth.enrolment.finish(body.token, body.method, originOf(request)));
  });
}
