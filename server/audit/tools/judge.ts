/** Which record is the first wrong one, by what heads and segments say. Pure. */
import type { ScanFault } from './scan.ts';
import type { WrongRecord } from './verification.ts';
import type { Witness } from './witnesses.ts';

export interface Evidence {
  /** By size, ascending. */
  readonly witnesses: readonly Witness[];
  /** Whole records, in order from the first. */
  readonly reached: number;
  /** The root of the first `size` records; null when it was not made. */
  readonly rootAt: (size: number) => Uint8Array | null;
  /** What stopped the reading, with the segment's name; null = the log's end. */
  readonly fault: (ScanFault & { readonly name: string; readonly isNewest: boolean }) | null;
}

export interface Verdict {
  /** Records up to this one are right beyond doubt. */
  readonly good: number;
  readonly wrong: WrongRecord | null;
  /** Bytes above the newest head that are no whole record. */
  readonly torn: ScanFault | null;
}

export function judge({ witnesses, reached, rootAt, fault }: Evidence): Verdict {
  const newest = witnesses.at(-1);
  const isTail = fault?.kind === 'torn' && fault.isNewest && fault.seq > (newest?.head.size ?? 0);
  const torn = isTail ? fault : null;
  const checked = witnesses.flatMap((witness) => {
    const root = witness.head.size <= reached ? rootAt(witness.head.size) : null;
    return root ? [{ ...witness, fits: Buffer.compare(root, witness.head.root) === 0 }] : [];
  });
  const bad = checked.find(({ fits }) => !fits);
  const before = checked.slice(0, bad ? checked.indexOf(bad) : undefined);
  // Own heads that fit where an anchor does not were signed over other records than it was.
  const isSignedAgain =
    bad?.kind === 'anchor' &&
    checked.some(({ kind, fits, head }) => kind === 'own' && fits && head.size >= bad.head.size);
  const trusted = isSignedAgain ? before.filter(({ kind }) => kind === 'anchor') : before;
  const until = Math.min(bad?.head.size ?? Infinity, fault && !torn ? fault.seq : Infinity);
  const good = trusted.reduce((most, { head: { size } }) => (size < until ? Math.max(most, size) : most), 0);
  if (fault && !torn && fault.seq <= (bad?.head.size ?? Infinity)) {
    const where = fault.byte === null ? '' : `, at byte ${fault.byte}`;
    const sentence = `${fault.name} ${fault.what}${where}.`;
    return { good, wrong: { first: fault.seq, last: fault.seq, sentence }, torn };
  }
  if (bad) {
    const { size } = bad.head;
    const how = isSignedAgain ? ' They were written and signed again with the log’s own key.' : '';
    const sentence = `The first ${size} records are not those of the head in ${bad.where} over ${size}.${how}`;
    return { good, wrong: { first: good + 1, last: size, sentence }, torn };
  }
  if (newest && reached < newest.head.size && !fault) {
    const { size } = newest.head;
    const sentence = `The log ends at record ${reached}, but the head in ${newest.where} says that it had ${size}.`;
    return { good, wrong: { first: reached + 1, last: reached + 1, sentence }, torn };
  }
  return { good, wrong: null, torn };
}
