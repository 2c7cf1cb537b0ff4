import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson, readJsonExact } from './json.ts';

/** The value with every number as JSON writes it. */
function numbersAsText(value: unknown): unknown {
  if (typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(numbersAsText);
  if (value === null || typeof value !== 'object') return value;
  // A key `__proto__` is one like any other.
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, numbersAsText(one)]));
}

describe('a frame as JSON', () => {
  it('has its numbers as numbers, or exactly as the text that was sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const sent = JSON.parse(text) as unknown;
        expect(readJson(Buffer.from(text))).toEqual({ ok: true, value: sent });
        expect(readJsonExact(Buffer.from(text))).toEqual({ ok: true, value: numbersAsText(sent) });
      }),
    );
  });

  it('brackets and digits in a text are text, wherever it ends', () => {
    const pieces = fc.constantFrom('\\', '"', '['.repeat(40), 'x'.repeat(70), '12', '\n', 'é');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const value = { text: parts.join(''), number: 1 };
        const bytes = Buffer.from(JSON.stringify([value, value]));
        expect(readJson(bytes)).toEqual({ ok: true, value: [value, value] });
        expect(readJsonExact(bytes)).toEqual({ ok: true, value: numbersAsText([value, value]) });
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['[45285.20, 0.00000000, -1.50e-05, 1E+2]', ['45285.20', '0.00000000', '-1.50e-05', '1E+2']],
    ['{"a":"1","b\\"2":"3\\\\","c":true}', { a: '1', 'b"2': '3\\', c: true }],
  ])('%s', (text, value) => {
    expect(readJsonExact(Buffer.from(text))).toEqual({ ok: true, value });
  });

  it.each(['[01]', '[1.]', '[.5]', '[1e]', '[+1]', '[1-2]', '[1,]', '{"a":1', '"a', '[- 1]', '1 2', 'e'])(
    '%s is no JSON, whichever way it is read',
    (text) => {
      expect(readJson(Buffer.from(text))).toMatchObject({ ok: false, error: { code: 'malformed' } });
      expect(readJsonExact(Buffer.from(text))).toMatchObject({ ok: false, error: { code: 'malformed' } });
    },
  );

  it.each([
    ['a string of 10 MB', `"${'x'.repeat(1e7)}"`],
    ['escapes of 10 MB', `"${'\\n'.repeat(5e6)}"`],
    ['a number of 10 MB', '9'.repeat(1e7)],
    ['numbers of 10 MB', `[${'1,'.repeat(5e6)}1]`],
  ])('%s is read without an overflow', (_, text) => {
    expect(readJsonExact(Buffer.from(text)).ok).toBe(true);
  });
});
