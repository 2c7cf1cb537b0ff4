import { join } from 'node:path';
import { HASH_BYTES } from '../hash.ts';
import { levelName } from '../tree-files.ts';
import { leavesOf } from './open-segment.ts';
import { rootOfLeaves } from './tree-state.ts';
import type { WrongRecord } from './verification.ts';
import { readHashes } from './work.ts';
import type { Witness } from './witnesses.ts';

/**
 * Among records up to a head that does not fit, the tree's files tell which one it is, if they are
 * still those of that head.
 */
export async function sharpened(
  dir: string,
  wrong: WrongRecord,
  good: number,
  own: readonly Witness[],
): Promise<WrongRecord> {
  const witness = own.find(({ head }) => head.size >= wrong.last)?.head;
  if (!witness) return wrong;
  const root = await rootOfLeaves(dir, witness.size);
  if (!root || Buffer.compare(root, witness.root) !== 0) return wrong;
  const until = wrong.first === wrong.last ? wrong.last - 1 : wrong.last;
  if (until <= good) return wrong;
  const kept = await readHashes(join(dir, levelName(0)), good, until - good);
  for await (const { first, leaves } of leavesOf(dir, good + 1, until)) {
    for (let at = 0; at < leaves.length; at += HASH_BYTES) {
      const seq = first + at / HASH_BYTES;
      const due = (seq - good - 1) * HASH_BYTES;
      if (kept.compare(leaves, at, at + HASH_BYTES, due, due + HASH_BYTES) === 0) continue;
      return { first: seq, last: seq, sentence: `It is not the record that was signed. ${wrong.sentence}` };
    }
  }
  return wrong;
}
