/** Signed heads in plain text: a file of anchors, a printed page, a mail that somebody kept. Pure. */
const NOTE = /[^\n]+\n\d+\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:\u2014 [^\n]+(?:\n|$))+/gu;

export interface FoundNotes {
  /** In the order of the text. */
  readonly notes: readonly string[];
  /** Lines that belong to none and are no comment (`#`). */
  readonly otherLines: number;
}

export function findNotes(text: string): FoundNotes {
  const plain = text.replaceAll('\r\n', '\n');
  const notes = Array.from(plain.matchAll(NOTE), ([note]) => (note.endsWith('\n') ? note : `${note}\n`));
  const rest = plain.replaceAll(NOTE, '\n').split('\n');
  const otherLines = rest.filter((line) => line.trim() !== '' && !line.startsWith('#')).length;
  return { notes, otherLines };
}
