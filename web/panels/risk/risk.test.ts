import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../../protocol/contract.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Position } from '../../../protocol/orders.ts';
import type { QuoteView } from '../../stream/port.ts';
import { orderExposure, valuedBook, type Market } from './book.ts';
import { barOf, signedMoney, someOf } from './risk-words.ts';

const instrument = (index: number, part: Partial<Instrument> = {}): Instrument =>
  ({
    ...{ index, venue: 'sim', name: `I${index}`, quote: 'USDT', base: 'I' },
    ...{ priceScale: 2, tickStep: 1, sizeScale: 3, lotStep: 1, ...part },
  }) as Instrument;
const quote = (instrumentIndex: number, part: Partial<QuoteView> = {}): QuoteView =>
  ({ instrument: instrumentIndex, bidTicks: 10_000, askTicks: 10_010, state: 'live', ...part }) as QuoteView;
const held = (index: number, size: number): Position => ({ instrument: index, size }) as unknown as Position;

function market(part: Partial<Instrument> = {}, quoted: QuoteView | null = quote(0)): Market {
  return {
    instruments: [instrument(0, part)],
    quotes: [quoted ?? undefined],
    label: ({ name }) => name,
    asOf: 1,
  };
}

describe('the book', () => {
  it('is valued at the mid, exactly, longs above and shorts below zero', () => {
    // 2.5 at 100.05.
    expect(valuedBook([held(0, 2500)], market()).book).toEqual([{ name: 'I0', value: 250_125_000n }]);
    expect(valuedBook([held(0, -2500)], market()).book).toEqual([{ name: 'I0', value: -250_125_000n }]);
    expect(valuedBook([held(0, 0)], market())).toEqual({ book: [], unknown: [], old: [] });
  });

  it('an inverse contract is worth its face in dollars, at any price', () => {
    const contract: Contract = { kind: 'inverse', value: 100, scale: 0, settle: 'BTC' };
    for (const bidTicks of [1, 10_000, 9_000_000]) {
      const priced = market(
        { contract, sizeScale: 0, quote: 'USD' },
        quote(0, { bidTicks, askTicks: bidTicks }),
      );
      expect(valuedBook([held(0, -7)], priced).book).toEqual([{ name: 'I0', value: -700_000_000n }]);
    }
  });

  it.each<[string, Partial<Instrument>, QuoteView | null, string]>([
    ['no price', {}, null, 'I0 has no price.'],
    ['one side only', {}, quote(0, { askTicks: 0 }), 'I0 has no price.'],
    [
      'another currency',
      { quote: 'BTC' },
      quote(0),
      'I0 is quoted in BTC, which is not valued in dollars here.',
    ],
    [
      'an unknown contract',
      { contract: { kind: 'unknown' } },
      quote(0),
      'Nobody says what a contract of I0 is worth.',
    ],
  ])('with %s nothing is known of the whole, and why is said', (_, part, quoted, sentence) => {
    expect(valuedBook([held(0, 1)], market(part, quoted))).toEqual({
      book: [],
      unknown: [sentence],
      old: [],
    });
  });

  it('names what is valued at a price that may be gone', () => {
    expect(valuedBook([held(0, 1)], market({}, quote(0, { state: 'stale' }))).old).toEqual(['I0']);
    expect(valuedBook([held(3, 1)], market()).unknown).toEqual([
      'A position is in an instrument that is not listed.',
    ]);
  });
});

describe('the order that is asked about', () => {
  const ask = (side: 'buy' | 'sell', size: string) => orderExposure({ side, index: 0, size }, market());

  it('adds what it is worth, and takes it where it sells', () => {
    expect(ask('buy', ' 2.5 ')).toEqual({ ok: true, value: { name: 'I0', value: 250_125_000n } });
    expect(ask('sell', '2.5')).toEqual({ ok: true, value: { name: 'I0', value: -250_125_000n } });
    expect(ask('buy', '')).toEqual({ ok: true, value: null });
  });

  it.each(['NaN', '1e3', '-1', '0', '1,5', '0.0001', '9007199254740993'])(
    'of a size of %s is none',
    (size) => {
      expect(ask('buy', size).ok).toBe(false);
    },
  );

  it('of what is held, the other way round, closes it to the last unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.integer({ min: 1, max: 2 ** 24 }),
        (lots, bidTicks) => {
          const priced = market({}, quote(0, { bidTicks, askTicks: bidTicks + 1 }));
          const [own] = valuedBook([held(0, lots)], priced).book;
          const [whole, fraction] = [Math.floor(lots / 1000), String(lots % 1000).padStart(3, '0')];
          const order = orderExposure({ side: 'sell', index: 0, size: `${whole}.${fraction}` }, priced);
          expect(order.ok && (order.value?.value ?? 0n) + (own?.value ?? 0n)).toBe(0n);
        },
      ),
    );
  });
});

describe('words', () => {
  it('of money say their sign, and bars are parts of the largest', () => {
    expect([signedMoney(1_204_100_000n), signedMoney(-88_000_000n), signedMoney(0n)]).toEqual([
      '+1\u202f204.10',
      '−88.00',
      '±0.00',
    ]);
    expect([barOf(5n, 10n), barOf(-10n, 10n), barOf(1n, 0n)]).toEqual([0.5, 1, 0]);
    expect([someOf(['A', 'B']), someOf(['A', 'B', 'C', 'D', 'E'])]).toEqual(['A, B', 'A, B, C and 2 more']);
  });
});
