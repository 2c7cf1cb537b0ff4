import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRoot, leafHash, nodeHash, verifyConsistency, verifyInclusion } from './merkle.ts';

const sha = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const from = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** The definitions of RFC 9162 word for word: slow, and nothing of ours is in them. */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (!first) return emptyRoot(sha);
  if (leaves.length === 1) return first;
  const k = split(leaves.length);
  return nodeHash(sha, mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}
function path(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))];
}
function subproof(m: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (m === leaves.length) return whole ? [] : [mth(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), whole), mth(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), mth(leaves.slice(0, k))];
}
const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => leafHash(sha, Buffer.from(`record ${i}`)));

// The eight leaves that implementations of certificate transparency test with.
const known = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('RFC 9162', () => {
  it('has the hashes of the known tree', () => {
    expect(hex(emptyRoot(sha))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const leaves = known.map((leaf) => leafHash(sha, from(leaf)));
    expect(roots.map((_, i) => hex(mth(leaves.slice(0, i + 1))))).toEqual(roots);
  });

  it('takes the known proofs', () => {
    const leaves = known.map((leaf) => leafHash(sha, from(leaf)));
    const inclusion = (index: number, size: number, proof: readonly string[]): boolean =>
      verifyInclusion(sha, {
        leaf: leaves[index] ?? from(''),
        index,
        size,
        root: from(roots[size - 1] ?? ''),
        proof: proof.map(from),
      });
    expect(inclusion(0, 1, [])).toBe(true);
    expect(
      inclusion(0, 8, [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ]),
    ).toBe(true);
    expect(
      inclusion(5, 8, [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ]),
    ).toBe(true);
    const consistency = (a: number, b: number, proof: readonly string[]): boolean =>
      verifyConsistency(sha, {
        from: a,
        fromRoot: from(roots[a - 1] ?? ''),
        to: b,
        toRoot: from(roots[b - 1] ?? ''),
        proof: proof.map(from),
      });
    expect(
      consistency(6, 8, [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ]),
    ).toBe(true);
  });

  it('R-45: takes every proof by the definition, and no other for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), fc.nat(), (size, a, b, c) => {
        const leaves = leavesOf(size);
        const index = a % size;
        const root = mth(leaves);
        const leaf = leaves[index] ?? from('');
        const proof = path(index, leaves);
        const good = { leaf, index, size, root, proof };
        expect(verifyInclusion(sha, good)).toBe(true);
        const other = b % size;
        if (other !== index) {
          expect(verifyInclusion(sha, { ...good, index: other })).toBe(false);
          expect(verifyInclusion(sha, { ...good, leaf: leaves[other] ?? from('') })).toBe(false);
        }
        const flipped = proof.map((hash) => Uint8Array.from(hash));
        const one = flipped[c % Math.max(1, flipped.length)];
        if (one) {
          one[c % 32] = (one[c % 32] ?? 0) ^ 1;
          expect(verifyInclusion(sha, { ...good, proof: flipped })).toBe(false);
          expect(verifyInclusion(sha, { ...good, proof: proof.slice(1) })).toBe(false);
        }
        expect(verifyInclusion(sha, { ...good, proof: [...proof, root] })).toBe(false);
        expect(verifyInclusion(sha, { ...good, index: size })).toBe(false);
      }),
    );
  });

  it('R-45: a tree is consistent with its own beginnings and with nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (to, a, c) => {
        const leaves = leavesOf(to);
        const older = a % (to + 1);
        const proof = older === 0 ? [] : subproof(older, leaves, true);
        const good = { from: older, fromRoot: mth(leaves.slice(0, older)), to, toRoot: mth(leaves), proof };
        expect(verifyConsistency(sha, good)).toBe(true);
        expect(verifyConsistency(sha, { ...good, fromRoot: leafHash(sha, from('00')) })).toBe(false);
        if (older > 0) {
          expect(verifyConsistency(sha, { ...good, toRoot: leafHash(sha, from('00')) })).toBe(false);
        }
        if (proof.length > 0) {
          const flipped = proof.map((hash) => Uint8Array.from(hash));
          const one = flipped[c % flipped.length];
          if (one) one[c % 32] = (one[c % 32] ?? 0) ^ 1;
          expect(verifyConsistency(sha, { ...good, proof: flipped })).toBe(false);
          expect(verifyConsistency(sha, { ...good, proof: proof.slice(0, -1) })).toBe(false);
        }
        expect(verifyConsistency(sha, { ...good, from: to + 1 })).toBe(false);
      }),
    );
  });
});
