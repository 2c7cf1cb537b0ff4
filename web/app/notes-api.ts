import { notesReplySchema, type Note } from '../../protocol/notes.ts';
import { ok, type Result } from '../../protocol/result.ts';
import { ask } from '../audit/ask.ts';

/** The operator's log, newest first. */
export async function readNotes(): Promise<Result<readonly Note[]>> {
  const reply = await ask('/api/notes', notesReplySchema);
  return reply.ok ? ok(reply.value.notes) : reply;
}
