import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalOf } from './literal.ts';
import { Scanner } from './scanner.ts';
import { idHashOf } from './text-hash.ts';

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

describe('numbers', () => {
  const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{1,${most}}$`));

  it('that are whole are those of the text up to 2^53, whatever their length, and end where their digits end', () => {
    fc.assert(
      fc.property(digits(20), fc.constantFrom(',', '', '}', '.5'), (text, rest) => {
        const isOne = !/^0\d/.test(text) && BigInt(text) <= BigInt(Number.MAX_SAFE_INTEGER);
        expect(at(text + rest, (scan) => scan.uint())).toEqual(
          isOne ? { value: Number(text), rest } : { value: -1, rest: text + rest },
        );
      }),
      { numRuns: 500 },
    );
  });

  it('with decimals are exact units of the scale, whatever their length, or none', () => {
    const fraction = fc.oneof(
      fc.constant(null),
      digits(18),
      digits(4).map((text) => text + '0'.repeat(9)),
    );
    fc.assert(
      fc.property(digits(17), fraction, fc.nat(15), (whole, part, scale) => {
        const text = part === null ? whole : `${whole}.${part}`;
        const kept = (part ?? '').slice(0, scale);
        const units = BigInt(whole + kept.padEnd(scale, '0'));
        const isExact = /^0*$/.test((part ?? '').slice(scale)) && units <= BigInt(Number.MAX_SAFE_INTEGER);
        expect(at(`${text}"`, (scan) => scan.decimal(scale))).toEqual(
          isExact ? { value: Number(units), rest: '"' } : { value: -1, rest: `${text}"` },
        );
      }),
      { numRuns: 1000 },
    );
    for (const text of ['', '.5', '5.', 'x', '-1']) {
      expect(at(`${text}"`, (scan) => scan.decimal(2)).value).toBe(-1);
    }
  });
});

it('the same text again is met or not, and the place moves only when it is', () => {
  const text = fc.string({
    unit: fc.integer({ min: 32, max: 126 }).map((byte) => String.fromCharCode(byte)),
  });
  fc.assert(
    fc.property(text, fc.nat(40), fc.string(), (some, cut, rest) => {
      const first = `{"side":${some}`;
      const { length } = first;
      const again = (other: string): { value: boolean; rest: string } =>
        at(first + other, (scan) => {
          scan.at = length;
          return scan.again(0, length);
        });
      expect(again(first + rest)).toEqual({ value: true, rest });
      const place = cut % length;
      const changed = first.charAt(place) === 'x' ? 'y' : 'x';
      const other = first.slice(0, place) + changed + first.slice(place + 1) + rest;
      expect(again(other)).toEqual({ value: false, rest: other });
      expect(again(first.slice(0, -1))).toEqual({ value: false, rest: first.slice(0, -1) });
    }),
  );
});

it('a literal of any length is met or not, and the place moves only when it is', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 20, unit: 'binary-ascii' }),
      fc.nat(25),
      fc.string(),
      (text, cut, rest) => {
        const literal = literalOf(text);
        expect(at(`{${text}${rest}`, (scan) => scan.byte(123) && scan.literal(literal)).value).toBe(true);
        const other = text.slice(0, cut) + (text.charCodeAt(cut) === 120 ? 'y' : 'x') + text.slice(cut + 1);
        if (cut < text.length) {
          expect(at(other + rest, (scan) => scan.literal(literal))).toEqual({
            value: false,
            rest: other + rest,
          });
        }
        const short = text.slice(0, -1);
        if (text !== '')
          expect(at(short, (scan) => scan.literal(literal))).toEqual({ value: false, rest: short });
      },
    ),
  );
});
