import type { Head } from '../signer.ts';

/** What a verification found. `isRight` is its verdict. */
export interface Verification {
  readonly isRight: boolean;
  /** The log's name, and where the key that it was checked by came from. */
  readonly origin: string;
  readonly key: 'given' | 'own';
  /** Whole records that were read, as far as they are in order; those of the range when one was asked for. */
  readonly records: number;
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly segments: number;
  readonly bytes: number;
  readonly heads: number;
  /** The newest head of all. */
  readonly newest: Head | null;
  readonly anchors: number;
  /** Records under the newest anchored head; under the newest head of the log's own when no anchor was given. */
  readonly anchored: number;
  /** The first wrong record, or the records among which it is. */
  readonly wrong: WrongRecord | null;
  /** What else is wrong: heads, anchors, the tree's files. */
  readonly faults: readonly string[];
  /** Bytes at the log's end that are no whole record, above the newest head. */
  readonly tornBytes: number;
  readonly notes: readonly string[];
}

export interface WrongRecord {
  readonly first: number;
  /** The same as `first` when it is known exactly. */
  readonly last: number;
  /** What was found, whole. */
  readonly sentence: string;
}

/** The report for a person, line by line. */
export function reportOf(found: Verification): string[] {
  const { origin, key, records, range, segments, bytes, heads, newest, anchors, wrong, tornBytes } = found;
  const lines = [`Log ${origin}, ${key === 'given' ? 'by the key given' : 'by the key in its own folder'}`];
  const what = range ? `records ${range.from} to ${range.to}` : `${records} records`;
  lines.push(`Read: ${what} in ${segments} segments, ${(bytes / 1_048_576).toFixed(1)} MiB`);
  if (newest) {
    const at = new Date(newest.signedAt / 1000).toISOString();
    lines.push(
      `Heads: ${heads} of the log's own and ${anchors} anchored; the newest over ${newest.size}, ${at}`,
    );
  }
  lines.push(...found.notes.map((note) => `Note: ${note}`));
  const open = records - found.anchored;
  if (!range && open > 0) lines.push(`${open} records not yet anchored`);
  if (tornBytes > 0) lines.push(`torn tail, ${tornBytes} bytes`);
  if (wrong) lines.push(`WRONG ${nameOf(wrong)}: ${wrong.sentence}`);
  lines.push(...found.faults.map((fault) => `WRONG: ${fault}`));
  if (found.isRight) lines.push('Right: every record is the one that was signed.');
  else if (!wrong && newest)
    lines.push(
      'Every record that was read fits the heads that could be checked; what is named above does not.',
    );
  return lines;
}

export function nameOf({ first, last }: Pick<WrongRecord, 'first' | 'last'>): string {
  return first === last ? `record ${first}` : `record, one of ${first} to ${last}`;
}
