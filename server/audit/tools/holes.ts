/** Records that retention took away: their hashes are left, and a record says that it was done. Pure. */

/** What a record of the action `retention.removed` says. */
export interface Removal {
  /** The sequence of that record. */
  readonly seq: number;
  readonly first: number;
  readonly last: number;
}

/** Records that are not there though later ones are. */
export interface Hole {
  readonly first: number;
  readonly last: number;
}

/** A canonical record begins with its action. */
const BEGIN = Buffer.from('{"action":"retention.removed",');

/** The removal that the record at `start` of `bytes` tells of; null for any other. */
export function removalIn(bytes: Buffer, start: number, end: number, seq: number): Removal | null {
  // The first letters of the action settle nearly all.
  if (bytes[start + 11] !== 0x72 || bytes[start + 12] !== 0x65) return null;
  if (!bytes.subarray(start, Math.min(end, start + BEGIN.length)).equals(BEGIN)) return null;
  try {
    const { details } = JSON.parse(bytes.toString('utf8', start, end)) as { details?: Partial<Hole> };
    const { first, last } = details ?? {};
    return Number.isSafeInteger(first) && Number.isSafeInteger(last)
      ? { seq, first: Number(first), last: Number(last) }
      : null;
  } catch {
    return null;
  }
}

/** The record that tells of the hole's last part; null when some of it was never said to be removed. */
export function removedBy({ first, last }: Hole, removals: readonly Removal[]): number | null {
  let by: number | null = null;
  for (let at = first; at <= last;) {
    const removal = removals.find((one) => one.first <= at && one.last >= at && one.seq > last);
    if (!removal) return null;
    by = Math.max(by ?? 0, removal.seq);
    at = removal.last + 1;
  }
  return by;
}
