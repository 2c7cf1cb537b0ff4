import { AuditDamaged, readRecords } from '../reader.ts';
import { folderSegments } from '../segment-source.ts';
import { removalIn, removedBy, type Removal } from './holes.ts';

export interface RecordOrHole {
  readonly seq: number;
  /** null: removed by retention, as a later record says. */
  readonly payload: Buffer | null;
}

/** The records of a range in order; what retention removed has no payload. Throws for any other gap. */
export async function* recordsAndHoles(
  dir: string,
  from: number,
  to: number,
): AsyncGenerator<RecordOrHole, void, undefined> {
  let next = from;
  // What the folder says was removed is only believed where a signed record says so too.
  const hole = async function* (last: number): AsyncGenerator<RecordOrHole, void, undefined> {
    if (removedBy({ first: next, last }, await removalsFrom(dir, last + 1)) === null) {
      throw new AuditDamaged(`Records ${next} to ${last} are not there, and no record says why.`);
    }
    for (; next <= Math.min(last, to); next++) yield { seq: next, payload: null };
  };
  while (next <= to) {
    try {
      for await (const record of readRecords(dir, { from: next, to })) {
        if (record.seq > next) yield* hole(record.seq - 1);
        yield record;
        next = record.seq + 1;
      }
      if (next > to) return;
    } catch (error) {
      if (!(error instanceof AuditDamaged)) throw error;
    }
    // The range ends in a hole, or the reader came to one.
    const later = (await folderSegments(dir).list()).find((first) => first > next);
    if (later === undefined) throw new AuditDamaged(`The log ends at record ${next - 1}.`);
    yield* hole(later - 1);
  }
}

async function removalsFrom(dir: string, from: number): Promise<Removal[]> {
  const removals: Removal[] = [];
  let next = from;
  for (;;) {
    try {
      for await (const { seq, payload } of readRecords(dir, { from: next })) {
        const removal = removalIn(payload, 0, payload.length, seq);
        if (removal) removals.push(removal);
        next = seq + 1;
      }
      return removals;
    } catch (error) {
      if (!(error instanceof AuditDamaged)) throw error;
      const later = (await folderSegments(dir).list()).find((first) => first > next);
      if (later === undefined) return removals;
      next = later;
    }
  }
}
