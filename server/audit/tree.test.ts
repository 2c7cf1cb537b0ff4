import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, nodeHash, verifyConsistency, verifyInclusion } from '../../protocol/merkle.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { hashLeaf, hashNode } from './hash.ts';
import { consistencyProof, inclusionProof, peaksAt, rootAt } from './proofs.ts';
import { TreeFiles } from './tree-files.ts';
import { HashTree } from './tree.ts';

const sha = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const leaf = (n: number): Buffer => hashLeaf(Buffer.from(`record ${n}`));

/** RFC 9162's own definition of the root. */
function mth(from: number, to: number): Uint8Array {
  if (to === from) return sha(new Uint8Array());
  if (to - from === 1) return leaf(from);
  let k = 1;
  while (k * 2 < to - from) k *= 2;
  return nodeHash(sha, mth(from, from + k), mth(from + k, to));
}

/** A tree of `size` leaves of which some are on disk. */
async function grown(size: number, flushAt: readonly number[]) {
  const folder = new FaultyFiles();
  const files = await TreeFiles.open(folder);
  const tree = new HashTree((tileLevel, hash) => files.push(tileLevel, hash));
  for (let n = 0; n < size; n++) {
    if (flushAt.includes(n)) await files.flush();
    tree.append(leaf(n));
  }
  return { folder, files, tree };
}

describe('the tree', () => {
  it('has the hashes that pages and tools compute', () => {
    const bytes = Buffer.from('any');
    expect(hashLeaf(bytes)).toEqual(Buffer.from(leafHash(sha, bytes)));
    expect(hashNode(leaf(0), leaf(1))).toEqual(Buffer.from(nodeHash(sha, leaf(0), leaf(1))));
    expect(hashLeaf(Buffer.alloc(20_000))).toEqual(Buffer.from(leafHash(sha, Buffer.alloc(20_000))));
  });

  it('R-45: has RFC 9162’s root at each size, and goes on from any size with its peaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 700 }),
        fc.array(fc.nat(700), { maxLength: 3 }),
        fc.nat(),
        async (size, flushAt, past) => {
          const { files, tree } = await grown(size, flushAt);
          expect(Buffer.from(tree.root())).toEqual(Buffer.from(mth(0, size)));
          const before = past % (size + 1);
          expect(Buffer.from(await rootAt(files.read, before))).toEqual(Buffer.from(mth(0, before)));
          const again = new HashTree(() => undefined, before, await peaksAt(files.read, before));
          for (let n = before; n < size; n++) again.append(leaf(n));
          expect(again.root()).toEqual(tree.root());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('R-45: proves every record in every size, and every size in every later one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1100 }),
        fc.array(fc.nat(1100), { maxLength: 3 }),
        fc.nat(),
        fc.nat(),
        async (size, flushAt, a, b) => {
          const { files } = await grown(size, flushAt);
          const to = 1 + (a % size);
          const index = b % to;
          const root = await rootAt(files.read, to);
          const proof = await inclusionProof(files.read, index, to);
          expect(verifyInclusion(sha, { leaf: leaf(index), index, size: to, root, proof })).toBe(true);
          const fromRoot = await rootAt(files.read, index);
          const steps = await consistencyProof(files.read, index, to);
          const consistency = { from: index, fromRoot, to, toRoot: root, proof: steps };
          expect(verifyConsistency(sha, consistency)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lies in files whose bytes are the tiles of C2SP', async () => {
    const { folder, files } = await grown(600, []);
    await files.flush();
    const level = (name: string): Buffer => folder.files.get(`tree/${name}`)?.durable ?? Buffer.alloc(0);
    expect([...folder.files.keys()]).toEqual(['tree/level-00', 'tree/level-08']);
    expect(level('level-00')).toEqual(Buffer.concat(Array.from({ length: 600 }, (_, n) => leaf(n))));
    expect(level('level-08')).toEqual(Buffer.concat([mth(0, 256), mth(256, 512)]));
  });

  it('keeps in memory what a full disk did not take, and writes it when it can', async () => {
    const { folder, files } = await grown(300, [100]);
    folder.room = 50;
    await expect(files.flush()).rejects.toThrow('ENOSPC');
    expect(Buffer.from(await rootAt(files.read, 300))).toEqual(Buffer.from(mth(0, 300)));
    folder.room = Infinity;
    await files.flush();
    const again = await TreeFiles.open(folder);
    expect(again.covers(300)).toBe(true);
    expect(again.covers(301)).toBe(false);
    expect(Buffer.from(await rootAt(again.read, 300))).toEqual(Buffer.from(mth(0, 300)));
  });
});
