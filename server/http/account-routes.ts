import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { factorSchema } from '../../protocol/factors.ts';
import type { Auth } from '../auth/auth.ts';
import type { Identity } from '../auth/identity.ts';
import { personOf as viewOf } from '../auth/people.ts';
import {
  answer,
  attestationSchema,
  bodyOf,
  challengeIdSchema,
  codeSchema,
  passkeyNameSchema,
  passwordSchema,
  personOf,
  refused,
  siteOf,
} from './auth-request.ts';

const factor = factorSchema;
const passwordChange = z.strictObject({ password: passwordSchema, factor });
const passkeyAdd = z.strictObject({
  challenge: challengeIdSchema,
  attestation: attestationSchema,
  name: passkeyNameSchema,
  factor,
});
const passkeyRemove = z.strictObject({ id: z.string().max(1400), factor });
const factorOnly = z.strictObject({ factor });
const totpChange = z.strictObject({ code: codeSchema, factor });

/** A person's own factors, each change with a factor for exactly that. */
export function addAccountRoutes(app: FastifyInstance, auth: Auth): void {
  const { account } = auth;
  const own = <T>(
    path: string,
    schema: z.ZodType<T>,
    run: (
      identity: Identity,
      body: T,
      request: FastifyRequest,
    ) =>
      | ReturnType<typeof account.setPassword>
      | Promise<Parameters<typeof answer>[1]>
      | Parameters<typeof answer>[1],
  ): void => {
    app.post(path, async (request: FastifyRequest, reply: FastifyReply) => {
      const identity = personOf(auth, request, reply);
      // Twelve hours are over: such a session watches and blocks, and makes nobody new ways in.
      if (identity?.authority === 'watching') {
        const sentence = 'Your session of 12 hours is over: renew it, then change your ways to sign in.';
        return refused(reply, { code: 'session-over', sentence });
      }
      const body = identity && bodyOf(request, reply, schema);
      return body === null ? reply : answer(reply, await run(identity as Identity, body, request));
    });
  };
  const nothing = z.strictObject({});

  app.get('/auth/account', (request, reply) => {
    const identity = personOf(auth, request, reply);
    const user = identity && auth.directory.find(identity.user);
    return user ? reply.send({ ok: true, account: viewOf(user) }) : reply;
  });
  own('/auth/account/password', passwordChange, (who, body) =>
    account.setPassword(who, body.password, body.factor),
  );
  own('/auth/account/passkeys/start', nothing, (who, _body, request) =>
    account.startPasskey(who, siteOf(request)),
  );
  own('/auth/account/passkeys', passkeyAdd, (who, { factor: given, ...made }) =>
    account.addPasskey(who, made, given),
  );
  own('/auth/account/passkeys/remove', passkeyRemove, (who, body) =>
    account.removePasskey(who, body.id, body.factor),
  );
  own('/auth/account/recovery-codes', factorOnly, async (who, body) => {
    const codes = await account.newRecoveryCodes(who, body.factor);
    return codes.ok ? { ok: true, value: { recoveryCodes: codes.value } } : codes;
  });
  own('/auth/account/totp/start', nothing, (who) => account.startTotp(who));
  own('/auth/account/totp', totpChange, (who, body) => account.setTotp(who, body.code, body.factor));
  own('/auth/account/totp/remove', factorOnly, (who, body) => account.removeTotp(who, body.factor));
}
