import { join } from 'node:path';
import { HASH_BYTES } from '../hash.ts';
import { segmentName } from '../segment-name.ts';
import { leftLeavesIn, pickLeaves } from '../left-leaves.ts';
import { levelName } from '../tree-files.ts';
import { Assembly } from './assembly.ts';
import { removedBy, type Hole, type Removal } from './holes.ts';
import { leavesOf } from './open-segment.ts';
import type { Evidence } from './judge.ts';
import { marksBetween, TILE_LEAVES } from './tile.ts';
import type { TreeState } from './tree-state.ts';
import { readHashes, type SegmentFound } from './work.ts';
import type { Witness } from './witnesses.ts';
import type { Workers } from './workers.ts';

/** Records that are read, in whole tiles. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

export interface Ground {
  readonly dir: string;
  readonly witnesses: readonly Witness[];
  /** Records under the newest head of the log's own. */
  readonly signed: number;
  readonly tree: TreeState;
  /** The segments' first records. */
  readonly firsts: readonly number[];
  /** null = the whole log. */
  readonly part: Part | null;
  readonly reencode: boolean;
}

/** One reading of the segments in the order of the log, and the tree put together from it. */
export class Reading {
  readonly #ground: Ground;
  readonly #workers: Workers;
  readonly #marks: readonly number[];
  readonly #assembly: Assembly;
  readonly #holes: Hole[] = [];
  readonly #removals: Removal[] = [];
  readonly #troubles: string[] = [];
  #fault: Evidence['fault'] = null;
  /** The first hash of a tree's file that is not the records'. */
  #otherHash: { readonly name: string; readonly index: number } | null = null;
  /** What is to be said of records that are rightly not there. */
  readonly notes: string[] = [];
  reached = 0;
  segments = 0;
  bytes = 0;

  constructor(ground: Ground, workers: Workers) {
    this.#ground = ground;
    this.#workers = workers;
    this.#marks = [...new Set(ground.witnesses.map(({ head }) => head.size))];
    this.#assembly = new Assembly(this.#marks, (level, index, hash) => {
      const file = ground.tree.above[level / 8 - 1];
      const kept = file?.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
      if (!kept || kept.length === 0 || Buffer.compare(kept, hash) === 0) return;
      this.#otherHash ??= { name: levelName(level / 8), index };
    });
  }

  async read(): Promise<void> {
    const { part, signed } = this.#ground;
    if (part) this.#addTiles(0, (part.from - 1) / TILE_LEAVES);
    this.reached = part ? part.from - 1 : 0;
    await this.#readSegments(part ?? { from: 1, to: Infinity });
    await this.#explainHoles();
    if (!part || this.#fault || this.reached < part.to) return;
    this.#addTiles(part.to / TILE_LEAVES, Math.floor(signed / TILE_LEAVES));
    const behind = Math.max(part.to, Math.floor(signed / TILE_LEAVES) * TILE_LEAVES);
    this.#assembly.addLeaves(await this.#leaves(behind + 1, signed));
  }

  evidence(): Evidence {
    const { part, witnesses, signed } = this.#ground;
    const isSpoken = ({ head: { size } }: Witness): boolean =>
      part === null || (size >= part.from && size <= part.to) || size >= signed;
    return {
      witnesses: witnesses.filter(isSpoken),
      reached: this.#fault ? this.reached : Math.max(this.reached, this.#assembly.size),
      rootAt: (size) => this.#assembly.rootAt(size),
      fault: this.#fault,
    };
  }

  /** For a log whose records are right: what is wrong with the files. */
  fileFaults(): string[] {
    const { tree, part } = this.#ground;
    const kept = tree.counts[0] ?? 0;
    const faults = [...this.#troubles];
    if (tree.short !== null) faults.push(`${tree.short} is shorter than the newest head.`);
    if (!part && kept > this.reached) {
      faults.push(`${levelName(0)} has ${kept} records' hashes, the log only ${this.reached} records.`);
    }
    const other = this.#otherHash;
    if (other) faults.push(`${other.name} is not what the records make, at hash ${other.index}.`);
    return faults;
  }

  async #readSegments({ from, to }: Part): Promise<void> {
    for (const { first, last, found } of this.#jobs({ from, to })) {
      if (first > this.reached + 1 && !(await this.#pass({ first: this.reached + 1, last: first - 1 }))) {
        this.#miss(this.reached + 1, `begins with record ${first}`, segmentName(first));
        return;
      }
      const scan = await found;
      this.#take(scan);
      const { fault } = scan;
      if (!fault) continue;
      const hole = { first: this.reached + 1, last: Math.min(to, last ?? this.reached) };
      if (fault.kind === 'short' && (hole.last < hole.first || (await this.#pass(hole)))) continue;
      this.#fault = { ...fault, name: segmentName(first), isNewest: last === null };
      return;
    }
  }

  /** Every segment of the part is given to the threads at once; what they find is taken in order. */
  #jobs({ from, to }: Part): { first: number; last: number | null; found: Promise<SegmentFound> }[] {
    const { firsts, signed, reencode } = this.#ground;
    return firsts.flatMap((first, i) => {
      const next = firsts[i + 1];
      if ((next !== undefined && next <= from) || first > to) return [];
      const last = next === undefined ? null : next - 1;
      const marks = marksBetween(this.#marks, first - 1, (last ?? Infinity) + 1);
      const range = { from, to: Math.min(to, last ?? Infinity), last, reencode };
      const found = this.#workers.do({ kind: 'segment', segment: first, range, marks, treeSize: signed });
      // Those behind a fault are never waited for.
      found.catch(() => undefined);
      return [{ first, last, found }];
    });
  }

  #take(scan: SegmentFound): void {
    this.#assembly.add(scan);
    this.reached = scan.first - 1 + scan.count;
    this.segments += 1;
    this.bytes += scan.bytes;
    this.#removals.push(...scan.removals);
    if (scan.trouble !== null) this.#troubles.push(scan.trouble);
    if (scan.otherLeaf !== null) this.#otherHash ??= { name: levelName(0), index: scan.otherLeaf - 1 };
  }

  /** Goes over records that are not there by the hashes that are left of them; false when there are none. */
  async #pass(hole: Hole): Promise<boolean> {
    const leaves = await this.#leaves(hole.first, hole.last);
    if (leaves.length < (hole.last - hole.first + 1) * HASH_BYTES) return false;
    this.#assembly.addLeaves(leaves);
    this.#holes.push(hole);
    this.reached = hole.last;
    return true;
  }

  async #explainHoles(): Promise<void> {
    const { part, dir } = this.#ground;
    for (const hole of this.#holes) {
      if (part && !removedBy(hole, this.#removals)) {
        // The record that tells of it may lie behind the part.
        for await (const { removals } of leavesOf(dir, hole.last + 1, Infinity)) {
          this.#removals.push(...removals);
        }
      }
      const by = removedBy(hole, this.#removals);
      const { first, last } = hole;
      if (by !== null) this.notes.push(`records ${first} to ${last} were removed by retention, record ${by}`);
      else this.#miss(first, `to ${last} are missing, and no record says that they were removed`, 'Records');
      if (by === null) return;
    }
  }

  #miss(seq: number, what: string, name: string): void {
    const fault = { seq, what, name, byte: null, bytes: 0, isFollowed: true, isNewest: false };
    this.#fault = { ...fault, kind: 'wrong' };
  }

  #addTiles(from: number, to: number): void {
    const level = this.#ground.tree.above[0];
    for (let i = from; level && i < to; i++) {
      this.#assembly.addTile(level.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    }
  }

  /**
   * Those that the tree's file has of these records, or that a copy kept of them; fewer where it ends
   * before, or no head speaks for them.
   */
  async #leaves(from: number, to: number): Promise<Buffer> {
    const { dir, signed } = this.#ground;
    const last = Math.min(to, signed);
    if (last < from) return Buffer.alloc(0);
    const hashes = await readHashes(join(dir, levelName(0)), from - 1, last - from + 1);
    if (hashes.length > 0) return hashes;
    return pickLeaves(await leftLeavesIn(dir), { first: from, last }) ?? hashes;
  }
}
