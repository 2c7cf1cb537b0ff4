import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashLeaf } from '../hash.ts';
import { rootAt, type ReadHashes } from '../proofs.ts';
import { HashTree } from '../tree.ts';
import { ProvenLeaves } from './proven-leaves.ts';

function treeOf(size: number) {
  const levels: Buffer[][] = [];
  const tree = new HashTree((level, hash) => (levels[level] ??= []).push(Buffer.from(hash)));
  for (let n = 1; n <= size; n++) tree.append(hashLeaf(Buffer.from(String(n))));
  let reads = 0;
  const read: ReadHashes = (level, from, count) => {
    reads += 1;
    return Promise.resolve(Buffer.concat((levels[level] ?? []).slice(from, from + count)));
  };
  return { levels, read, reads: () => reads, head: async () => ({ size, root: await rootAt(read, size) }) };
}

it('R-45: each leaf of any log is proven, and none when any hash that was read is another', async () => {
  const flip = { where: fc.nat(), bit: fc.nat(255) };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5000 }),
      fc.nat(),
      fc.record(flip),
      async (size, at, spoil) => {
        const { levels, read, head } = treeOf(size);
        const seq = 1 + (at % size);
        const newest = await head();
        const leaf = Buffer.from(hashLeaf(Buffer.from(String(seq))));
        expect((await new ProvenLeaves(read, newest).of(seq))?.equals(leaf)).toBe(true);
        const chunk = levels[0]?.[seq - 1];
        if (chunk) chunk[spoil.bit >> 3] = (chunk[spoil.bit >> 3] ?? 0) ^ (1 << (spoil.bit & 7));
        expect(await new ProvenLeaves(read, newest).of(seq)).toBeNull();
      },
    ),
    { numRuns: 40 },
  );
});

it('many that lie together cost what one does', async () => {
  const { read, reads, head } = treeOf(5000);
  const leaves = new ProvenLeaves(read, await head());
  await leaves.of(2050);
  const once = reads();
  for (let seq = 2049; seq <= 3072; seq++) expect(await leaves.of(seq)).not.toBeNull();
  expect(reads()).toBe(once);
});
