import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { HASH_BYTES, hashLeaf } from '../hash.ts';
import { HEADS_FILE, isHeadsHeader, readHeads, CHECKPOINT_FILE, VERIFIER_FILE } from '../head-files.ts';
import { rootAt, type ReadHashes } from '../proofs.ts';
import { readRecords } from '../reader.ts';
import type { Head } from '../signer.ts';
import { levelName } from '../tree-files.ts';
import { HashTree } from '../tree.ts';
import { HeadVerifier } from './head-verifier.ts';
import { VerbRefused } from './verb.ts';
import { readHashes } from './work.ts';

/** A log as a proof is made from it: its key's word, its signed heads, its hashes. */
export interface LogEvidence {
  readonly verifier: HeadVerifier;
  /** By size, ascending; every one's signature was checked. */
  readonly heads: readonly Head[];
  readonly newest: Head;
}

export async function readEvidence(dir: string): Promise<LogEvidence> {
  const text = await readFile(join(dir, VERIFIER_FILE), 'utf8').catch(() => '');
  const verifier = HeadVerifier.of(text);
  if (!verifier.ok) throw new VerbRefused('The log’s folder has no verifier key.');
  const bytes = await readFile(join(dir, HEADS_FILE)).catch(() => Buffer.alloc(0));
  const notes = isHeadsHeader(bytes) ? [...readHeads(bytes).notes] : [];
  const newestNote = await readFile(join(dir, CHECKPOINT_FILE), 'utf8').catch(() => '');
  if (newestNote !== '') notes.push(newestNote);
  const bySize = new Map<number, Head>();
  for (const note of notes) {
    const head = verifier.value.headOf(note);
    if (head.ok) bySize.set(head.value.size, head.value);
  }
  const heads = [...bySize.values()].sort((a, b) => a.size - b.size);
  const newest = heads.at(-1);
  if (!newest) throw new VerbRefused('No head of this log was ever signed: nothing of it can be proven yet.');
  return { verifier: verifier.value, heads, newest };
}

/** The tree's hashes under a head: from its files, or from the records where those are not whole. */
export async function hashesUnder(dir: string, head: Head): Promise<ReadHashes> {
  const files: ReadHashes = async (tileLevel, from, count) => {
    const bytes = await readHashes(join(dir, levelName(tileLevel)), from, count);
    if (bytes.length < count * HASH_BYTES) throw new RangeError('beyond the tree’s files');
    return bytes;
  };
  if (await fits(files, head)) return files;
  const levels: Buffer[][] = [];
  const tree = new HashTree((tileLevel, hash) => (levels[tileLevel] ??= []).push(Buffer.from(hash)));
  for await (const { payload } of readRecords(dir, { to: head.size })) tree.append(hashLeaf(payload));
  const made: ReadHashes = (tileLevel, from, count) =>
    Promise.resolve(Buffer.concat((levels[tileLevel] ?? []).slice(from, from + count)));
  if (tree.size === head.size && (await fits(made, head))) return made;
  throw new VerbRefused(
    `The log is not the one of its head over ${head.size} records; "verify" names the first wrong record.`,
  );
}

async function fits(read: ReadHashes, { size, root }: Head): Promise<boolean> {
  try {
    return Buffer.compare(await rootAt(read, size), root) === 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
