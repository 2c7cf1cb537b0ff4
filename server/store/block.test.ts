import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, nodeHash } from '../../protocol/merkle.ts';
import { createHash } from 'node:crypto';
import { decodeWalls, OpenBlock, placeOf, postingsIn } from './block.ts';
import { Frontier } from './frontier.ts';
import {
  bitsAt,
  BLOCK_RECORDS,
  countBits,
  decodePostings,
  encodePostings,
  firstOf,
  newestFirst,
} from './postings.ts';
import { termsOf, wordsOf } from './terms.ts';
import { firstRecords } from './testing/records.ts';

const offsets = fc
  .uniqueArray(fc.nat(BLOCK_RECORDS - 1), { maxLength: 3000 })
  .map((list) => list.sort((a, b) => a - b));

describe('sets of records in a block', () => {
  it('come back as they were stored, count themselves and go newest first', () => {
    fc.assert(
      fc.property(offsets, (list) => {
        const bits = decodePostings(encodePostings(list));
        expect([...newestFirst(bits)]).toEqual([...list].reverse());
        expect(countBits(bits)).toBe(list.length);
      }),
    );
    const all = Array.from({ length: BLOCK_RECORDS }, (_, i) => i);
    expect(encodePostings(all)).toHaveLength(1);
    expect(countBits(decodePostings(encodePostings(all)))).toBe(BLOCK_RECORDS);
  });

  it('a sealed block says of every term what the open one said', () => {
    const block = new OpenBlock(3);
    const terms = Array.from({ length: 400 }, (_, i) => `w:word${i}`);
    for (let i = 0; i < BLOCK_RECORDS; i++) {
      block.add(firstOf(3) + i, 1_000_000 + i, ['e:', ...terms.filter((_, t) => i % (t + 1) === 0)]);
    }
    const rows = new Map(block.seal().map(({ key, postings }) => [key, postings]));
    for (const term of ['e:', ...terms])
      expect(postingsIn(rows, placeOf(term))).toEqual(block.postings(term));
    expect(postingsIn(rows, placeOf('w:absent'))).toEqual(bitsAt([]));
    expect(decodeWalls(block.encodeWalls())).toEqual(block.walls());
    expect(block.meta).toEqual({
      block: 3,
      records: BLOCK_RECORDS,
      leastWall: 1_000_000,
      mostWall: 1_016_383,
    });
  });
});

describe('words', () => {
  it('are runs of letters and digits, whatever their case and script', () => {
    expect(wordsOf('order.place BTC-USDT 0.5')).toEqual(['order', 'place', 'btc', 'usdt', '0', '5']);
    expect(wordsOf('Überweisung НА биржу ﬁx')).toEqual(['überweisung', 'на', 'биржу', 'fix']);
    expect(wordsOf('x'.repeat(200))).toEqual(['x'.repeat(64)]);
    expect(wordsOf(' .,- ')).toEqual([]);
  });

  it('of a record: every value and member name of what it says, times and sequence aside', () => {
    const [first] = firstRecords(1, 1);
    if (!first) return;
    const record = {
      ...first,
      reason: 'Desk pause',
      details: { nested: [{ deepKey: 'Value', n: 42, yes: true }] },
    };
    const terms = termsOf(record);
    for (const word of ['desk', 'pause', 'nested', 'deepkey', 'value', '42', 'true']) {
      expect(terms).toContain(`w:${word}`);
    }
    expect(terms).not.toContain(`w:${record.wall}`);
  });
});

it('R-48: the frontier’s root is the tree’s, at every size and from any stored state', () => {
  const sha = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
  const rootOf = (leaves: readonly Uint8Array[]): Uint8Array => {
    const [only] = leaves;
    if (leaves.length === 1 && only) return only;
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return nodeHash(sha, rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
  };
  const leaves: Uint8Array[] = [];
  let frontier = new Frontier();
  for (let i = 1; i <= 130; i++) {
    const payload = Buffer.from(`record ${i}`);
    leaves.push(leafHash(sha, payload));
    frontier.add(payload);
    if (i % 7 === 0) frontier = frontier.copy();
    expect(frontier.root()).toBe(Buffer.from(rootOf(leaves)).toString('hex'));
  }
});
