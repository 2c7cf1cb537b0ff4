import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import { Levels } from '../market-message.ts';
import { Scanner } from '../scanner.ts';
import { scanLevels } from './level-scan.ts';
import { readLevels } from './levels.ts';

const instrument = fc.record({
  name: fc.constant('BTC-USDT'),
  priceScale: fc.constantFrom(0, 1, 2, 8),
  tickStep: fc.constantFrom(1, 5),
  sizeScale: fc.constantFrom(0, 3, 8),
  lotStep: fc.constantFrom(1, 10),
}) as unknown as fc.Arbitrary<Instrument>;

/** Mostly as venues write numbers, but also too long, with other decimals, and none at all. */
const number = fc.oneof(
  fc.tuple(fc.nat(99_999), fc.stringMatching(/^\d{1,3}$/)).map(([whole, part]) => `${whole}.${part}00000`),
  fc.nat(1_000_000).map(String),
  fc.constantFrom('0.00000000', '0', '5.', '.5', '', '-1', '1e5', '12345678901234567', '0.000000001234'),
);
const levels = fc.array(fc.tuple(number, number), { maxLength: 6 });
const valuesOf = ({ length, price, size }: Levels): unknown => [
  price.slice(0, length),
  size.slice(0, length),
];

it('levels read fast are those of the slow reader; where one is odd, nothing is read', () => {
  fc.assert(
    fc.property(instrument, levels, fc.nat(2), (one, rows, more) => {
      const scan = new Scanner();
      const list = rows.map((row) => [...row, ...['0', '17'].slice(0, more)]);
      scan.begin(Buffer.from(JSON.stringify({ list })));
      scan.at = '{"list":['.length;
      const fast = new Levels();
      const slow = new Levels();
      const fault = readLevels(rows, one, slow);
      if (!scanLevels(scan, one, more, fast)) {
        // A level off the tick is left out by the slow reader only.
        const plain = rows.flat().every((text) => /^\d{1,9}(\.\d{1,9})?$/.test(text));
        expect(fault !== null || slow.offTick > 0 || !plain).toBe(true);
        return;
      }
      expect(scan.peek()).toBe('}'.charCodeAt(0));
      expect([fault, slow.offTick, valuesOf(fast)]).toEqual([null, 0, valuesOf(slow)]);
    }),
    { numRuns: 2000 },
  );
});

it('levels that end too early are none', () => {
  const text = '[["1.5","2"],["3","4"]]';
  const one = { priceScale: 1, tickStep: 1, sizeScale: 0, lotStep: 1 } as Instrument;
  const read = (cut: string): boolean => {
    const scan = new Scanner();
    scan.begin(Buffer.from(cut));
    scan.at = 1;
    return scanLevels(scan, one, 0, new Levels());
  };
  expect(read(text)).toBe(true);
  for (let end = 1; end < text.length; end++) expect([end, read(text.slice(0, end))]).toEqual([end, false]);
});
