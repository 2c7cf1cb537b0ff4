import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../protocol/canonical.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';
import { fromHex, sha256, toHex, utf8 } from './bytes.ts';
import { compareHeads, follows } from './follow.ts';
import { consistencyOf, pathOf, recordOf, rootOf } from './log.testkit.ts';
import { proveRecord, proveShown } from './proof.ts';
import type { SignedHead } from './signed-head.ts';
import { tilePath, Tiles } from './tiles.ts';

const payloads = Array.from({ length: 400 }, (_, at) => canonicalJson(recordOf(at + 1)));
const leaves = payloads.map((payload) => leafHash(sha256, utf8(payload)));
const now = () => 0;

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = bytes.slice();
  const at = (bit >> 3) % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
  return copy;
};
const place = fc
  .integer({ min: 1, max: leaves.length })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }));

describe('R-45: a proof in the page', () => {
  it('of any record under any head holds, and fails for any one bit of payload, root or path', () => {
    fc.assert(
      fc.property(place, fc.nat(100_000), fc.nat(100), ({ size, index }, bit, which) => {
        const all = leaves.slice(0, size);
        const root = rootOf(all);
        const proof = pathOf(index, all);
        const payload = payloads[index] ?? '';
        const record = { seq: index + 1, payload, leaf: toHex(leaves[index] ?? new Uint8Array(32)) };
        const asked = { seq: index + 1, record, proof, head: { size, root }, shown: recordOf(index + 1) };
        expect(proveRecord(asked, now).kind).toBe('proven');
        // Bits of ASCII below the highest: what was text stays text.
        const text = new TextDecoder().decode(flipped(utf8(payload), (bit & ~7) | (bit % 7)));
        expect(proveRecord({ ...asked, record: { ...record, payload: text } }, now).kind).toBe('failed');
        expect(proveRecord({ ...asked, head: { size, root: flipped(root, bit) } }, now).kind).toBe('failed');
        const leaf = toHex(flipped(fromHex(record.leaf), bit));
        expect(proveRecord({ ...asked, record: { ...record, leaf } }, now).kind).toBe('failed');
        if (proof.length === 0) return;
        const changed = proof.map((hash, at) => (at === which % proof.length ? flipped(hash, bit) : hash));
        expect(proveRecord({ ...asked, proof: changed }, now).kind).toBe('failed');
        expect(proveShown(recordOf(index + 1), changed, { size, root }, now).kind).toBe('failed');
      }),
      { numRuns: 60 },
    );
  });

  it('of one record is none of another, nor of another size', () => {
    fc.assert(
      fc.property(place, fc.nat(leaves.length - 1), ({ size, index }, other) => {
        fc.pre(other !== index);
        const all = leaves.slice(0, size);
        const proof = pathOf(index, all);
        const head = { size, root: rootOf(all) };
        expect(proveShown(recordOf(index + 1), proof, head, now).kind).toBe('proven');
        expect(proveShown({ ...recordOf(index + 1), seq: other + 1 }, proof, head, now).kind).toBe('failed');
      }),
      { numRuns: 60 },
    );
  });
});

describe('R-45: what follows a remembered head', () => {
  const head = (size: number): SignedHead => ({
    origin: 'o',
    size,
    root: toHex(rootOf(leaves.slice(0, size))),
    signedAt: null,
    checkpoint: '',
    verifier: 'v',
    fingerprint: '',
  });

  it('every longer log that begins with it follows; with any bit changed none does', () => {
    const sizes = fc
      .tuple(fc.integer({ min: 1, max: 399 }), fc.integer({ min: 1, max: 399 }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
    fc.assert(
      fc.property(sizes, fc.nat(100_000), ([from, to], bit) => {
        const proof = consistencyOf(from, leaves.slice(0, to));
        expect(compareHeads(head(from), head(to))).toEqual({ kind: 'prove', from, to });
        expect(follows(head(from), head(to), proof)).toBe(true);
        const root = toHex(flipped(fromHex(head(from).root), bit));
        expect(follows({ ...head(from), root }, head(to), proof)).toBe(false);
        const changed = proof.map((hash, at) => (at === bit % proof.length ? flipped(hash, bit) : hash));
        expect(follows(head(from), head(to), changed)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the log’s tiles', () => {
  it('give the same paths as RFC 9162, for every record of trees around a tile’s edge', async () => {
    for (const size of [1, 2, 3, 255, 256, 257, 300, 400]) {
      const all = leaves.slice(0, size);
      const root = rootOf(all);
      const tiles = new Tiles((level, index, width) => {
        const span = 256 ** level;
        const bytes = new Uint8Array(width * 32);
        for (let at = 0; at < width; at++) {
          bytes.set(rootOf(all.slice((index * 256 + at) * span, (index * 256 + at + 1) * span)), at * 32);
        }
        return Promise.resolve({ ok: true, value: bytes });
      });
      for (let index = 0; index < size; index += size > 300 ? 7 : 1) {
        const path = await tiles.path(index, size);
        const proof = path.ok ? path.value : [];
        const leaf = leaves[index] ?? new Uint8Array(32);
        expect(verifyInclusion(sha256, { leaf, index, size, root, proof })).toBe(true);
      }
    }
  });

  it('are named as C2SP names them', () => {
    expect(tilePath(0, 0, 256)).toBe('0/000');
    expect(tilePath(0, 1_234_067, 256)).toBe('0/x001/x234/067');
    expect(tilePath(1, 5, 7)).toBe('1/005.p/7');
  });

  it('that are too short are refused, not read beyond', async () => {
    const tiles = new Tiles(() => Promise.resolve({ ok: true, value: new Uint8Array(31) }));
    expect(await tiles.path(0, 2)).toMatchObject({ ok: false, error: { code: 'short-tile' } });
  });
});
