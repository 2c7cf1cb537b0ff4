import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FRAME_BYTES, frameAt, HEADER_BYTES } from '../frame.ts';
import { findNotes } from '../anchors/notes.ts';
import { CHECKPOINT_FILE, HEADS_FILE, isHeadsHeader, readHeads, VERIFIER_FILE } from '../head-files.ts';
import { refuse, type Result } from '../../../protocol/result.ts';
import type { Head } from '../signer.ts';
import { HeadVerifier } from './head-verifier.ts';
import type { HeadFound, Job } from './work.ts';

/** Heads that lie elsewhere, as somebody brought them. */
export interface AnchorText {
  /** As a sentence names it. */
  readonly name: string;
  readonly text: string;
}

export interface Witness {
  readonly head: Head;
  readonly where: string;
  readonly kind: 'own' | 'anchor';
}

export interface Witnesses {
  /** By size, ascending; of one size those of the folder first. */
  readonly all: readonly Witness[];
  /** Faults of the heads themselves, as sentences. */
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

/** Heads that one thread takes at a time: some 140 µs each. */
const HEADS_A_JOB = 500;

/** The key that a verification trusts: the given one, else the folder's own word. */
export async function verifierOf(dir: string, given: string | null): Promise<Result<HeadVerifier>> {
  const own = await textOf(join(dir, VERIFIER_FILE));
  if (given === null) {
    if (own === null) return refuse('no-verifier', 'The log names no key; give its verifier key with --key.');
    const found = HeadVerifier.of(own);
    return found.ok ? found : refuse('verifier-malformed', `The log’s file verifier is no verifier key.`);
  }
  return HeadVerifier.of(given);
}

/** Every signed head that speaks of the log: the folder's own, and the anchors'. */
export async function gatherWitnesses(
  dir: string,
  verifier: HeadVerifier,
  anchors: readonly AnchorText[],
  check: (job: Job & { readonly kind: 'heads' }) => Promise<readonly HeadFound[]>,
): Promise<Witnesses> {
  const faults: string[] = [];
  const notes: string[] = [];
  const all: Witness[] = [];
  // Before heads.log: what it says lies there already, however fast the log grows.
  const newest = await textOf(join(dir, CHECKPOINT_FILE));
  const own = await textOf(join(dir, VERIFIER_FILE));
  if (own !== null && own.trim() !== verifier.verifier)
    faults.push(`The file ${VERIFIER_FILE} names another key.`);
  const kept = await ownHeads(dir, faults, notes);

  const add = async (texts: readonly string[], where: string, kind: Witness['kind']): Promise<void> => {
    const jobs = [];
    for (let at = 0; at < texts.length; at += HEADS_A_JOB) {
      const part = texts.slice(at, at + HEADS_A_JOB);
      jobs.push(check({ kind: 'heads', verifier: verifier.verifier, notes: part }));
    }
    let bad = 0;
    for (const [i, found] of (await Promise.all(jobs)).flat().entries()) {
      if (typeof found !== 'string') all.push({ head: found, where, kind });
      else if (++bad === 1) faults.push(`Head ${i + 1} in ${where} ${found}.`);
    }
    if (bad > 1) faults.push(`In ${where} this one and ${bad - 1} more of its heads are wrong.`);
  };
  await add(kept, HEADS_FILE, 'own');
  if (all.some(({ head }, i) => head.size < (all[i - 1]?.head.size ?? 0))) {
    faults.push(`The heads in ${HEADS_FILE} are not in their order.`);
  }
  const last = all.at(-1)?.head.size ?? 0;
  if (newest !== null && /[^\0\s]/.test(newest)) {
    await add([newest], CHECKPOINT_FILE, 'own');
    const size = all.at(-1)?.where === CHECKPOINT_FILE ? (all.at(-1)?.head.size ?? 0) : 0;
    if (size > last)
      faults.push(`${HEADS_FILE} lacks the head over ${size} records that ${CHECKPOINT_FILE} has.`);
  } else if (newest !== null) notes.push(`${CHECKPOINT_FILE} is empty, as a power cut may leave it.`);
  for (const { name, text } of anchors) {
    const found = findNotes(text);
    if (found.otherLines > 0) notes.push(`${name} has ${found.otherLines} lines that are no signed head.`);
    if (found.notes.length === 0) faults.push(`${name} holds no signed head.`);
    await add(found.notes, name, 'anchor');
  }
  all.sort((a, b) => a.head.size - b.head.size || Number(a.kind === 'anchor') - Number(b.kind === 'anchor'));
  return { all, faults, notes };
}

async function ownHeads(dir: string, faults: string[], notes: string[]): Promise<readonly string[]> {
  let bytes;
  try {
    bytes = await readFile(join(dir, HEADS_FILE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
  if (bytes.length < HEADER_BYTES) return [];
  if (!isHeadsHeader(bytes)) {
    faults.push(`${HEADS_FILE} does not begin as one of this version.`);
    return [];
  }
  const { notes: heads, end } = readHeads(bytes);
  if (end === bytes.length) return heads;
  if (wholeHeadBehind(bytes, end)) faults.push(`${HEADS_FILE} is damaged at byte ${end}.`);
  else notes.push(`${HEADS_FILE} ends in ${bytes.length - end} bytes that are no whole head.`);
  return heads;
}

/** As `wholeFrameBehind`, for notes: they begin with a log's name, not with a brace. */
function wholeHeadBehind(bytes: Buffer, damage: number): boolean {
  for (let at = damage + 1; at + FRAME_BYTES < bytes.length; at++) {
    const length = bytes.readUInt32LE(at);
    if (length > 0 && length <= bytes.length - at - FRAME_BYTES && frameAt(bytes, at)) return true;
  }
  return false;
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
