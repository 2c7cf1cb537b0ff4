/** Questions of the page and its worker to their own server, answered by `Result`: none is ever thrown. */
import { z } from 'zod';
import { ok, refuse, type Result } from '../../protocol/result.ts';

const refusalSchema = z.object({ ok: z.literal(false), code: z.string(), sentence: z.string() });
const PATIENCE_MS = 15_000;

/** Codes that are ours: nobody answered, somebody else did, or the answer (with a 200) is malformed. */
export const UNREACHABLE = 'unreachable';
export const FOREIGN_ANSWER = 'foreign-answer';
export const MALFORMED = 'malformed';

async function get(path: string): Promise<Result<Response>> {
  try {
    const response = await fetch(path, {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'x-cwts': '1' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return ok(response);
  } catch {
    return refuse(UNREACHABLE, 'The server cannot be reached.');
  }
}

export async function ask<T>(path: string, schema: z.ZodType<T>): Promise<Result<T>> {
  const response = await get(path);
  if (!response.ok) return response;
  const answer: unknown = await response.value.json().catch(() => null);
  const parsed = schema.safeParse(answer);
  return parsed.success ? ok(parsed.data) : refusalIn(answer, response.value.status);
}

export async function askBytes(path: string): Promise<Result<Uint8Array>> {
  const response = await get(path);
  if (!response.ok) return response;
  if (!response.value.ok)
    return refusalIn(await response.value.json().catch(() => null), response.value.status);
  try {
    return ok(new Uint8Array(await response.value.arrayBuffer()));
  } catch {
    return refuse(UNREACHABLE, 'The server’s answer broke off.');
  }
}

function refusalIn(answer: unknown, status: number): Result<never> {
  const refusal = refusalSchema.safeParse(answer);
  if (refusal.success) return refuse(refusal.data.code, refusal.data.sentence);
  if (status === 200) return refuse(MALFORMED, 'The server’s answer is not what was asked for.');
  // A proxy's own page, or a server of another version.
  return refuse(FOREIGN_ANSWER, `The server answered ${status} with something that is no answer of ours.`);
}
