import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAR_COLUMNS, readBars, readHistory, writeBars, writeHistory, type History } from './bars.ts';
import { readBook, writeBook, type BookUpdate } from './book.ts';
import {
  decodeFrame,
  FRAME_HEADER,
  FRAME_KIND,
  FrameWriter,
  SECTION_HEADER,
  type FrameKind,
  type Section,
} from './frame.ts';
import { ORIGINS } from './origin.ts';
import { QUOTE_COLUMNS, QUOTE_STATES, readQuotes, writeQuotes } from './quotes.ts';
import type { Result } from './result.ts';
import { readTicks, TICK_COLUMNS, writeTicks } from './ticks.ts';
import { readTrades, TRADE_COLUMNS, writeTrades } from './trades.ts';
import type { Micros } from './units.ts';
import { PROTOCOL_VERSION } from './version.ts';

const writer = new FrameWriter();
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}
function only(bytes: Uint8Array): Section {
  const { sections } = value(decodeFrame(bytes));
  expect(sections).toHaveLength(1);
  return sections[0] as Section;
}
/** Rows for a layout, one array of numbers a column. */
function rowsOf(
  layout: Readonly<Record<string, 'f64' | 'u32' | 'u16' | 'u8'>>,
  max = 40,
): fc.Arbitrary<Record<string, number[]>> {
  const cell = { f64: finite, u32, u16, u8 };
  return fc
    .nat(max)
    .chain((rows) =>
      fc.record(
        Object.fromEntries(
          Object.entries(layout).map(([name, type]) => [
            name,
            fc.array(cell[type], { minLength: rows, maxLength: rows }),
          ]),
        ),
      ),
    );
}
function fill(columns: object, rows: Record<string, number[]>): void {
  for (const [name, numbers] of Object.entries(rows))
    (columns as Record<string, Float64Array>)[name]?.set(numbers);
}
const plain = (columns: object): Record<string, number[]> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, [...(column as Float64Array)]]));
const count = (rows: Record<string, number[]>): number => Object.values(rows)[0]?.length ?? 0;

describe('what is written is read back the same', () => {
  it('quotes', () => {
    fc.assert(
      fc.property(rowsOf(QUOTE_COLUMNS), (rows) => {
        fill(writeQuotes(writer.begin('market', 'SIM'), count(rows)), rows);
        expect(plain(value(readQuotes(only(writer.finish(1 as Micros)))))).toEqual(rows);
      }),
    );
  });

  it('trades', () => {
    fc.assert(
      fc.property(rowsOf(TRADE_COLUMNS), u16, u32, u32, (rows, instrument, skipped, first) => {
        fill(writeTrades(writer.begin('market', 'LIVE'), instrument, count(rows), skipped, first), rows);
        const read = value(readTrades(only(writer.finish(1 as Micros))));
        expect({ ...read, rows: plain(read.rows) }).toEqual({ instrument, skipped, first, rows });
      }),
    );
  });

  it('books', () => {
    const levels = fc.array(fc.record({ price: finite, size: finite }), { maxLength: 20 });
    const update: fc.Arbitrary<BookUpdate> = fc.record({
      instrument: u16,
      base: u32,
      version: u32,
      state: fc.constantFrom(...QUOTE_STATES),
      exchangeAt: finite,
      bids: levels,
      asks: levels,
    });
    fc.assert(
      fc.property(update, (book) => {
        writeBook(writer.begin('market', 'PAPER'), book);
        expect(value(readBook(only(writer.finish(1 as Micros))))).toEqual(book);
      }),
    );
  });

  it('bars', () => {
    fc.assert(
      fc.property(rowsOf(BAR_COLUMNS), u32, finite, (rows, number, openAt) => {
        fill(writeBars(writer.begin('bars', 'REPLAY'), count(rows), number, openAt), rows);
        const read = value(readBars(only(writer.finish(1 as Micros))));
        expect({ ...read, rows: plain(read.rows) }).toEqual({ number, openAt, rows });
      }),
    );
  });

  it('history', () => {
    const history: fc.Arbitrary<History> = fc.tuple(fc.nat(7), fc.nat(9)).chain(([n, bars]) =>
      fc.record({
        span: fc.nat(1e6).map((seconds) => seconds * 1e6),
        instruments: fc.uint16Array({ minLength: n, maxLength: n }),
        bars: fc.constant(bars),
        newest: u32,
        firstOpenAt: finite,
        close: fc.float64Array({ minLength: n * bars, maxLength: n * bars, noNaN: true }),
        state: fc.uint8Array({ minLength: n * bars, maxLength: n * bars }),
      }),
    );
    fc.assert(
      fc.property(history, (each) => {
        writeHistory(writer.begin('history', 'SIM'), each);
        expect(value(readHistory(only(writer.finish(1 as Micros))))).toEqual(each);
      }),
    );
  });

  it('ticks', () => {
    const span = fc.record({
      clock: u32,
      since: fc.oneof(finite, fc.constant(Number.NaN)),
      until: finite,
      offsetMs: fc.oneof(finite, fc.constant(Number.NaN)),
      uncertaintyMs: fc.oneof(finite, fc.constant(Number.NaN)),
    });
    fc.assert(
      fc.property(rowsOf(TICK_COLUMNS), u16, span, (rows, instrument, whole) => {
        fill(writeTicks(writer.begin('ticks', 'LIVE'), instrument, count(rows), whole), rows);
        const read = value(readTicks(only(writer.finish(1 as Micros))));
        expect({ ...read, rows: plain(read.rows) }).toEqual({ instrument, rows, ...whole });
      }),
    );
  });

  it('frames: kind, origin, time and the order of sections', () => {
    const kinds = Object.keys(FRAME_KIND) as FrameKind[];
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(...ORIGINS),
        fc.maxSafeNat(),
        fc.array(u16, { maxLength: 5 }),
        (kind, origin, sentAt, instruments) => {
          writer.begin(kind, origin);
          for (const instrument of instruments) writeTrades(writer, instrument, instrument % 5, 0, 0);
          const frame = value(decodeFrame(writer.finish(sentAt as Micros)));
          expect(frame).toMatchObject({ kind, origin, sentAt });
          expect(frame.sections.map(({ instrument }) => instrument)).toEqual(instruments);
        },
      ),
    );
  });
});

describe('the bytes are those of the docstring', () => {
  it('a heartbeat of the simulated exchange', () => {
    const bytes = writer.begin('heartbeat', 'SIM').finish(1 as Micros);
    expect([...bytes]).toEqual([PROTOCOL_VERSION, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  });

  it('one trade: header, counts, columns padded to 8', () => {
    const columns = writeTrades(writer.begin('market', 'LIVE'), 0x0102, 1, 7, 9);
    columns.price[0] = 2;
    columns.aggressor[0] = 1;
    const bytes = writer.finish(0 as Micros);
    expect(bytes.byteLength).toBe(FRAME_HEADER + SECTION_HEADER + 16 + 5 * 8);
    expect([...bytes.subarray(16, 32)]).toEqual([2, 0, 2, 1, 64, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0]);
    expect([...bytes.subarray(32, 40)]).toEqual([9, 0, 0, 0, 0, 0, 0, 0]);
    expect([...bytes.subarray(40, 48)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0x40]);
    expect(bytes[72]).toBe(1);
  });

  it('the writer’s buffer is used again, without what was there before', () => {
    fill(writeQuotes(writer.begin('market', 'SIM'), 500), { bid: Array.from({ length: 500 }, () => 9) });
    const before = writer.finish(1 as Micros);
    writeQuotes(writer.begin('market', 'SIM'), 500);
    const after = writer.finish(1 as Micros);
    expect(value(readQuotes(only(after))).bid.every((bid) => bid === 0)).toBe(true);
    expect(value(readQuotes(only(before))).bid.every((bid) => bid === 9)).toBe(true);
  });
});

describe('hostile bytes are refused and never throw', () => {
  const readAll = (bytes: Uint8Array): void => {
    const frame = decodeFrame(bytes);
    if (!frame.ok) {
      expect(frame.error.sentence).toMatch(/\.$/);
      return;
    }
    for (const section of frame.value.sections) {
      for (const read of [readQuotes, readTrades, readBook, readBars, readHistory, readTicks]) read(section);
    }
  };
  function good(): Uint8Array {
    writer.begin('market', 'SIM');
    writeQuotes(writer, 3);
    writeTrades(writer, 1, 2, 0, 0);
    writeBook(writer, {
      instrument: 2,
      base: 1,
      version: 2,
      state: 'live',
      exchangeAt: 1,
      bids: [{ price: 1, size: 1 }],
      asks: [],
    });
    writeBars(writer, 2, 1, 1);
    writeHistory(writer, {
      span: 1_000_000,
      instruments: Uint16Array.of(1, 2),
      bars: 2,
      newest: 1,
      firstOpenAt: 1,
      close: new Float64Array(4),
      state: new Uint8Array(4),
    });
    return writer.finish(1 as Micros);
  }

  it('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), readAll), { numRuns: 1000 });
  });

  it('a good frame with any bytes changed', () => {
    const change = fc.tuple(fc.nat(good().length - 1), u8);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = good();
        for (const [at, byte] of changes) bytes[at] = byte;
        readAll(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('a good frame cut anywhere is refused', () => {
    const bytes = good();
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeFrame(bytes.subarray(0, length)).ok).toBe(false);
    }
  });

  it.each([
    ['another protocol version', 0, PROTOCOL_VERSION + 1, 'frame-version'],
    ['a kind that is not known', 1, 9, 'frame-kind'],
    ['an origin that is not known', 2, 4, 'frame-origin'],
    ['another number of sections', 4, 9, 'section-count'],
    ['a section kind that is not known', 16, 0, 'section-kind'],
    ['a section longer than the frame', 22, 0xff, 'section-length'],
    ['a section of no length', 20, 0, 'section-length'],
    ['a time that is no whole number', 15, 0x7f, 'frame-time'],
  ])('%s', (_, at, byte, code) => {
    const bytes = good();
    bytes[at] = byte;
    expect(decodeFrame(bytes)).toMatchObject({ ok: false, error: { code } });
  });

  it('a count of rows that does not fill its section', () => {
    for (const rows of [0, 2, 4, 0xffffffff]) {
      writeQuotes(writer.begin('market', 'SIM'), 3);
      const bytes = writer.finish(1 as Micros);
      new DataView(bytes.buffer).setUint32(24, rows, true);
      expect(readQuotes(only(bytes)).ok).toBe(false);
    }
  });

  it('counts whose product wraps round 32 bits to a fitting length', () => {
    for (const [instruments, bars] of [
      [2, 2 ** 31 + 2],
      [4, 2 ** 30 + 1],
      [4, 3 * 2 ** 30 + 1],
    ] as const) {
      writeHistory(writer.begin('history', 'SIM'), {
        span: 1_000_000,
        instruments: Uint16Array.of(1, 2),
        bars: 2,
        newest: 1,
        firstOpenAt: 1,
        close: new Float64Array(4),
        state: new Uint8Array(4),
      });
      const bytes = writer.finish(1 as Micros);
      new DataView(bytes.buffer).setUint32(24, instruments, true);
      new DataView(bytes.buffer).setUint32(28, bars, true);
      expect(readHistory(only(bytes)).ok).toBe(false);
    }
  });

  it('any offset in a larger buffer is read the same', () => {
    const bytes = good();
    for (let offset = 0; offset < 9; offset++) {
      const room = new Uint8Array(bytes.length + offset);
      room.set(bytes, offset);
      const [quotes, trades] = value(decodeFrame(room.subarray(offset))).sections;
      expect(quotes && value(readQuotes(quotes)).bid).toHaveLength(3);
      expect(trades && value(readTrades(trades)).rows.price).toHaveLength(2);
    }
  });
});
