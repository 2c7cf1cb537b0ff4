/**
 * The operator's log: dated notes and shift hand-overs, kept as audit records `note.added`.
 *
 *     GET /api/notes            → NotesReply   the newest 200, newest first (everybody signed in)
 *     command `note.add`        adds one (note.write)
 *     control change `note`     each new one, live
 */
import { z } from 'zod';
import { roleSchema } from './roles.ts';
import { unitSchema } from './units.ts';

/** `handover`: what the next shift has to know. */
export const NOTE_KINDS = ['note', 'handover'] as const;
export const NOTES_KEPT = 200;
export const NOTE_CHARACTERS = 8000;

export const noteSchema = z.object({
  /** Counts up from 1 over the whole log. */
  note: unitSchema.count,
  kind: z.enum(NOTE_KINDS),
  text: z.string(),
  by: unitSchema.user,
  role: roleSchema.nullable(),
  at: unitSchema.micros,
});
export type Note = z.infer<typeof noteSchema>;

export const notesReplySchema = z.object({ ok: z.literal(true), notes: z.array(noteSchema) });
export type NotesReply = z.infer<typeof notesReplySchema>;
