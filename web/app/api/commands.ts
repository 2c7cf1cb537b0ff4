/** Commands by HTTP: a halt's second way, and whatever is answered with a secret shown once. */
import { replySchema, type Command, type Envelope, type Reply } from '../../../protocol/commands.ts';
import type { CommandId, Micros } from '../../../protocol/units.ts';

const COMMAND_MS = 10_000;
const PRESS_PATIENCE_MS = 5000;

/** A halt's press by HTTP, beside the socket. Null: no answer. */
export const pressByHttp = (envelope: Envelope): Promise<Reply | null> =>
  send('/halt', envelope, PRESS_PATIENCE_MS);

/**
 * One command, once. `serverNow`: the server's wall clock in µs, as near as the page knows it. Null:
 * no answer, so its effect is unknown.
 */
export async function postCommand(command: Command, serverNow: number): Promise<Reply | null> {
  const envelope: Envelope = {
    id: `console-${crypto.randomUUID()}` as CommandId,
    expiresAt: Math.round(serverNow + COMMAND_MS * 1000) as Micros,
    command,
  };
  try {
    return await send('/api/v1/commands', envelope, COMMAND_MS);
  } catch {
    return null;
  }
}

async function send(path: string, envelope: Envelope, patienceMs: number): Promise<Reply | null> {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    keepalive: true,
    headers: { 'x-cwts': '1', 'content-type': 'application/json' },
    body: JSON.stringify(envelope),
    signal: AbortSignal.timeout(patienceMs),
  });
  const answer: unknown = await response.json();
  const parsed = replySchema.safeParse(answer);
  return parsed.success ? parsed.data : null;
}
