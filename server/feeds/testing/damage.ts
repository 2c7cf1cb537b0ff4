import fc from 'fast-check';

/** The same JSON with the fields of every object the other way round. Numbers must be whole. */
export const reordered = (text: string): string =>
  JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );

/** What can become of a frame: cut, patched, its texts made numbers and the reverse, escaped, added to; or bytes alone. */
export function damaged(frames: readonly string[]): fc.Arbitrary<Uint8Array> {
  const frame = fc.constantFrom(...frames);
  const bytes = (text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> => text.map((one) => Buffer.from(one));
  const patch = fc.constantFrom(
    ...Array.from('0129.-+eE"[]{},:\\ xX\u0000é'),
    'null',
    'true',
    '1e999',
    '""',
    '[]',
  );
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    bytes(fc.tuple(frame, fc.nat()).map(([text, at]) => text.slice(0, at % text.length))),
    bytes(
      fc.tuple(frame, fc.nat(), patch, fc.nat(3)).map(([text, where, piece, cut]) => {
        const at = where % text.length;
        return text.slice(0, at) + piece + text.slice(at + cut);
      }),
    ),
    bytes(fc.tuple(frame, fc.nat()).map(([text, nth]) => turned(text, nth))),
    bytes(fc.tuple(frame, fc.nat()).map(([text, nth]) => escaped(text, nth))),
    bytes(frame.map((text) => text.replaceAll('{', '{"unheardOf":{"of":[1,"x",null]},'))),
  );
}

/** Of the numbers and the texts of digits the n-th is made the other. */
function turned(text: string, nth: number): string {
  const tokens = [...text.matchAll(/"(-?\d+(?:\.\d+)?)"|(?<=[:,[])-?\d+(?:\.\d+)?/g)];
  const token = tokens[nth % Math.max(1, tokens.length)];
  if (!token) return text;
  const instead = token[1] ?? `"${token[0]}"`;
  return text.slice(0, token.index) + instead + text.slice(token.index + token[0].length);
}

/** One letter or digit as JSON may write it too. */
function escaped(text: string, nth: number): string {
  const letters = [...text.matchAll(/(?<=")\w/g)];
  const letter = letters[nth % Math.max(1, letters.length)];
  if (!letter) return text;
  const code = letter[0].charCodeAt(0).toString(16).padStart(4, '0');
  return `${text.slice(0, letter.index)}\\u${code}${text.slice(letter.index + 1)}`;
}

/** Frames that are hostile by their size. */
export const monsters: readonly (readonly [string, () => string])[] = [
  ['a text of 10 MB', () => `{"x":"${'y'.repeat(10_000_000)}"}`],
  ['100,000 arrays in each other', () => '['.repeat(100_000) + ']'.repeat(100_000)],
  ['100,000 objects in each other', () => '{"a":'.repeat(100_000)],
  ['a number of 100,000 digits', () => `{"x":${'9'.repeat(100_000)}}`],
  ['nothing', () => ''],
];
