import { parseCheckpoint } from '../../../protocol/checkpoint.ts';

/** Records under a signed head; 0 for none, or for a note that is no head. */
export function sizeOfHead(note: string | undefined): number {
  const parsed = note === undefined ? null : parseCheckpoint(note);
  return parsed?.ok ? parsed.value.size : 0;
}
