import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scanner, idHashOf } from './scanner.ts';

function at<T>(text: string, read: (scan: Scanner) => T): { value: T; rest: string } {
  const scan = new Scanner();
  scan.begin(Buffer.from(text));
  const value = read(scan);
  return { value, rest: text.slice(scan.at) };
}

describe('ids that are no numbers', () => {
  const id = fc.oneof(
    fc.uuid(),
    fc.stringMatching(/^[\w-]{1,40}$/),
    fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String),
  );

  it('hash in bytes as they do in text, up to the quote, and only plain text', () => {
    fc.assert(
      fc.property(id, (text) => {
        expect(at(`${text}","x"`, (scan) => scan.idHash(64))).toEqual({
          value: idHashOf(text),
          rest: '","x"',
        });
      }),
    );
    for (const text of ['no end', 'esc\\u0041ped"', 'ünplain"', 'line\n"', `${'x'.repeat(65)}"`]) {
      expect(at(text, (scan) => scan.idHash(64))).toEqual({ value: -1, rest: text });
    }
  });

  it('are told apart, neighbours too, by whole numbers', () => {
    const first = 2_290_000_000_050_703_789n;
    const hashes = Array.from({ length: 200_000 }, (_, n) => idHashOf(String(first + BigInt(n))));
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes.every((hash) => Number.isSafeInteger(hash) && hash >= 0)).toBe(true);
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(idHashOf(one) === idHashOf(other)).toBe(one === other);
      }),
    );
  });
});

it.each([
  ['0,', 0],
  ['-1,', -1],
  ['-914047754,', -914_047_754],
  ['9007199254740991,', 2 ** 53 - 1],
  ['-0,', NaN],
  ['--1,', NaN],
  ['01,', NaN],
  ['x', NaN],
  ['9007199254740993,', NaN],
])('%s is the whole number %d', (text, value) => {
  expect(at(text, (scan) => scan.int()).value).toBe(value);
});
