/**
 * Hashes of records that a copy never held: retention had removed them from the log before it came to
 * them. One file for each run of them, `leaves-FIRST`, 32 bytes a record; the tree is made of these and
 * of the records that are there. Effects: reads.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES } from './hash.ts';
import type { Range } from './removed.ts';

const NAME = /^leaves-(\d{16})$/;

export const leavesName = (first: number): string => `leaves-${String(first).padStart(16, '0')}`;

export interface LeftLeaves extends Range {
  readonly hashes: Buffer;
}

/** All that the folder holds, in order. */
export async function leftLeavesIn(dir: string): Promise<LeftLeaves[]> {
  const names = (await readdir(dir)).filter((name) => NAME.test(name)).sort();
  const all = await Promise.all(
    names.map(async (name) => leftFrom(Number(NAME.exec(name)?.[1]), await readFile(join(dir, name)))),
  );
  return all.filter(({ first, last }) => first <= last);
}

/** As they were kept: a hash that is not whole is none. */
export function leftFrom(first: number, bytes: Buffer): LeftLeaves {
  const count = Math.floor(bytes.length / HASH_BYTES);
  return { first, last: first + count - 1, hashes: bytes.subarray(0, count * HASH_BYTES) };
}

/** The hashes of the records `first`–`last`, one behind the other; null where one of them is not there. */
export function pickLeaves(left: readonly LeftLeaves[], { first, last }: Range): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = first; at <= last;) {
    const part = left.find((one) => one.first <= at && at <= one.last);
    if (!part) return null;
    const end = Math.min(part.last, last);
    parts.push(part.hashes.subarray((at - part.first) * HASH_BYTES, (end - part.first + 1) * HASH_BYTES));
    at = end + 1;
  }
  return Buffer.concat(parts);
}
