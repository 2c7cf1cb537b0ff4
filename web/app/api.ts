/** The console's HTTP: identity, and the second way of a halt. Everything else goes by the socket. */
import { z } from 'zod';
import { replySchema, type Envelope, type Reply } from '../../protocol/commands.ts';
import {
  enrolmentSchema,
  sessionViewSchema,
  type EnrolmentView,
  type SessionView,
} from '../../protocol/session.ts';
import { refuse, ok, type Result } from '../../protocol/result.ts';

const refusalSchema = z.object({ ok: z.literal(false), code: z.string(), sentence: z.string() });
const sessionReplySchema = z.object({ ok: z.literal(true), session: sessionViewSchema });
async function call<T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<Result<T>> {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { 'x-cwts': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json().catch(() => null);
  const parsed = schema.safeParse(answer);
  if (parsed.success) return ok(parsed.data);
  const refusal = refusalSchema.safeParse(answer);
  if (refusal.success) return refuse(refusal.data.code, refusal.data.sentence);
  // A proxy's own page, or a server that is starting: not an answer of ours.
  throw new Error(`The server answered ${response.status} without a sentence.`);
}

/** Who is signed in. Throws when the server cannot be reached; refused when nobody is. */
export async function readSession(): Promise<Result<SessionView>> {
  const reply = await call('/auth/session', sessionReplySchema);
  return reply.ok ? ok(reply.value.session) : reply;
}

export async function signIn(user: string, code: string): Promise<Result<SessionView>> {
  const reply = await call('/auth/login', sessionReplySchema, { user, code });
  return reply.ok ? ok(reply.value.session) : reply;
}

export async function signOut(): Promise<void> {
  await call('/auth/logout', z.object({ ok: z.literal(true) }), {});
}

export async function startEnrolment(token: string): Promise<Result<EnrolmentView>> {
  return call('/auth/enrol/start', enrolmentSchema, { token });
}

export async function finishEnrolment(token: string, code: string): Promise<Result<SessionView>> {
  const reply = await call('/auth/enrol/finish', sessionReplySchema, { token, code });
  return reply.ok ? ok(reply.value.session) : reply;
}

/** A halt's press by HTTP, beside the socket. Null: no answer. */
export async function pressByHttp(envelope: Envelope): Promise<Reply | null> {
  const response = await fetch('/halt', {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    keepalive: true,
    headers: { 'x-cwts': '1', 'content-type': 'application/json' },
    body: JSON.stringify(envelope),
    signal: AbortSignal.timeout(5000),
  });
  const parsed = replySchema.safeParse(await response.json());
  return parsed.success ? parsed.data : null;
}
