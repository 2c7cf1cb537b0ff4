import { NOTES_KEPT, noteSchema, type Note } from '../../protocol/notes.ts';
import { ok, type Result } from '../../protocol/result.ts';
import type { AuditEntry, AuditRecord } from '../audit/record.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { Clock } from '../clock.ts';

/** Oldest first, the last 200. */
export type Notes = readonly Note[];

/** Folds one record of the log, if it is a note's. */
export function foldNotes(notes: Notes, { action, details }: Pick<AuditRecord, 'action' | 'details'>): Notes {
  if (action !== 'note.added') return notes;
  const note = noteSchema.safeParse(details);
  return note.success ? [...notes, note.data].slice(-NOTES_KEPT) : notes;
}

export interface NoteBookParts {
  readonly clock: Clock;
  readonly log: { append(entry: AuditEntry): Promise<void>; appendNow(entry: AuditEntry): unknown };
}

/** The operator's log: what people write down, in the order in which they did. */
export class NoteBook {
  readonly #parts: NoteBookParts;
  readonly #listeners = new Set<(note: Note) => void>();
  #notes: Notes;

  constructor(parts: NoteBookParts, notes: Notes = []) {
    this.#parts = parts;
    this.#notes = notes;
  }

  /** Newest first. */
  list(): Note[] {
    return [...this.#notes].reverse();
  }

  /** A note is taken while the log is broken too: that is when people have most to write down. */
  async add(kind: Note['kind'], text: string, who: Who): Promise<Result<string>> {
    const { clock, log } = this.#parts;
    const number = (this.#notes.at(-1)?.note ?? 0) + 1;
    const note: Note = { note: number, kind, text, by: who.user, role: who.role, at: clock.wallMicros() };
    this.#notes = [...this.#notes, note].slice(-NOTES_KEPT);
    for (const listener of this.#listeners) listener(note);
    const entry = { ...askedBy(who), action: 'note.added', scope: 'notes', details: note };
    try {
      await log.append(entry);
    } catch {
      log.appendNow(entry);
      return ok('Noted, in memory only: the audit log can’t be written now and gets it once it can.');
    }
    return ok(
      kind === 'handover' ? `Hand-over ${number} is in the log book.` : `Note ${number} is in the log book.`,
    );
  }

  onAdded(listener: (note: Note) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
