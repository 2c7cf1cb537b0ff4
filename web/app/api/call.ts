/** The console's one way to ask its server by HTTP. */
import { z } from 'zod';
import { ok, type Refusal, type Result } from '../../../protocol/result.ts';

/** A refusal; `waitSeconds` when the server hears the next try only after so long. */
export interface CallRefusal extends Refusal {
  readonly waitSeconds: number | null;
}
export type Answer<T> = Result<T, CallRefusal>;

const refusalSchema = z.object({ ok: z.literal(false), code: z.string(), sentence: z.string() });

const UNREACHABLE: CallRefusal = {
  code: 'unreachable',
  sentence: 'The server cannot be reached. Nothing was sent twice; try again.',
  waitSeconds: null,
};

/** Throws when the server cannot be reached or something else answers in its place. */
export async function call<T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<Answer<T>> {
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
  if (refusal.success) {
    const { code, sentence } = refusal.data;
    return { ok: false, error: { code, sentence, waitSeconds: waitIn(response.headers) } };
  }
  // A proxy's own page, or a server that is starting: not an answer of ours.
  throw new Error(`The server answered ${response.status} without a sentence.`);
}

/** The same, with a server that cannot be reached as one more refusal. */
export async function tryCall<T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<Answer<T>> {
  try {
    return await call(path, schema, body);
  } catch {
    return { ok: false, error: UNREACHABLE };
  }
}

function waitIn(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}
