import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { HEADS_FILE } from '../head-files.ts';
import { folderSegments } from '../segment-source.ts';
import { judge } from './judge.ts';
import { Reading, type Part } from './reading.ts';
import { sharpened } from './sharpen.ts';
import { TILE_LEAVES } from './tile.ts';
import { readTreeState, type TreeState } from './tree-state.ts';
import type { Verification } from './verification.ts';
import { gatherWitnesses, verifierOf, type AnchorText } from './witnesses.ts';
import { Workers, type ThreadsOption } from './workers.ts';

export interface VerifyOptions {
  /** The log's folder. */
  readonly dir: string;
  /** The verifier key that is trusted; null = the folder's own word. */
  readonly key: string | null;
  readonly anchors: readonly AnchorText[];
  /** Records of interest; null = the whole log. */
  readonly range: { readonly from: number; readonly to: number | null } | null;
  readonly reencode: boolean;
  /** null: everything in this thread. */
  readonly threads: ThreadsOption | null;
}

/**
 * Verifies a log from its files alone, also while a server writes it: framing, checksums, sequence
 * and hashes of the records, every signed head and its root, anchors, the tree's files. Refused only
 * when there is nothing to verify by. Nothing is written.
 */
export async function verifyLog(options: VerifyOptions): Promise<Result<Verification>> {
  const { dir, key, anchors, range, reencode, threads } = options;
  const verifier = await verifierOf(dir, key);
  if (!verifier.ok) return verifier;
  const workers = new Workers(dir, threads);
  try {
    // Heads first, records last: each speaks only of what was on disk before it.
    const witnesses = await gatherWitnesses(dir, verifier.value, anchors, (job) => workers.do(job));
    const own = witnesses.all.filter(({ kind }) => kind === 'own');
    const signed = own.at(-1)?.head.size ?? 0;
    const tree = await readTreeState(dir, signed);
    const firsts = await folderSegments(dir).list();
    const part = range && partOf(range, signed, tree);
    if (part && !part.ok) return part;
    const ground = { dir, signed, tree, firsts, reencode, witnesses: witnesses.all };
    const reading = new Reading({ ...ground, part: part?.value ?? null }, workers);
    await reading.read();
    const verdict = judge(reading.evidence());
    const wrong = verdict.wrong && (await sharpened(dir, verdict.wrong, verdict.good, own));
    const newest = witnesses.all.at(-1)?.head ?? null;
    const anchored = witnesses.all.findLast(({ kind }) => kind === 'anchor')?.head.size ?? null;
    const faults = [...witnesses.faults, ...(wrong ? [] : reading.fileFaults())];
    if (!newest && reading.reached > 0)
      faults.push('No head of it was ever signed: nothing of it is proven.');
    const notes = [...witnesses.notes, ...reading.notes];
    if (tree.counts.length === 0 && signed > 0)
      notes.push('The folder tree is missing; it can be made anew.');
    if (anchors.length === 0)
      notes.push('No anchor was given: a log that was cut with its heads would not show.');
    if (verdict.torn?.isFollowed) {
      notes.push(
        `Whole records lie behind the torn place at byte ${verdict.torn.byte ?? 0}: no crash leaves that.`,
      );
    }
    return ok({
      isRight: !wrong && faults.length === 0,
      origin: verifier.value.origin,
      key: key === null ? 'own' : 'given',
      records: reading.reached,
      range: part?.ok ? part.value : null,
      segments: reading.segments,
      bytes: reading.bytes,
      heads: own.filter(({ where }) => where === HEADS_FILE).length,
      newest,
      anchors: witnesses.all.length - own.length,
      anchored: anchored ?? signed,
      wrong,
      faults,
      tornBytes: verdict.torn?.bytes ?? 0,
      notes,
    });
  } finally {
    await workers.close();
  }
}

/** Whole tiles around the range that was asked for: the rest of the tree is told by its files. */
function partOf(
  { from, to }: NonNullable<VerifyOptions['range']>,
  signed: number,
  { counts, short }: TreeState,
): Result<Part> {
  const last = to ?? signed;
  if (from < 1 || last < from || last > signed) {
    return refuse(
      'no-such-range',
      `The newest head of the log is over ${signed} records: give a range in them.`,
    );
  }
  if (counts.length === 0 || short !== null) {
    return refuse(
      'tree-short',
      'A range is verified against the tree’s files, which are not whole here; verify the whole log.',
    );
  }
  const begin = Math.floor((from - 1) / TILE_LEAVES) * TILE_LEAVES;
  return ok({ from: begin + 1, to: Math.min(signed, Math.ceil(last / TILE_LEAVES) * TILE_LEAVES) });
}
