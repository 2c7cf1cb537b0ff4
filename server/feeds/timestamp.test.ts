import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timestamps } from './timestamp.ts';

const timestamps = new Timestamps();

describe('times as venues write them', () => {
  it('are read as a Date reads them, to the µs', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2199-12-31T23:59:59.999Z'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(999_999_999),
        (date, decimals, nanos) => {
          const fraction = String(nanos).padStart(9, '0').slice(0, decimals);
          const text = `${date.toISOString().slice(0, 19)}${decimals > 0 ? `.${fraction}` : ''}Z`;
          const micros =
            Math.floor(date.getTime() / 1000) * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
          expect(timestamps.read(text)).toBe(micros);
        },
      ),
    );
  });

  it.each([
    ['2026-08-09T21:05:52.819568875Z', 1_786_309_552_819_568],
    ['2026-08-09T21:05:52.77225Z', 1_786_309_552_772_250],
    ['2026-08-09T21:05:52Z', 1_786_309_552_000_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000],
    ['2016-12-31T23:59:60Z', 1_483_228_800_000_000],
  ])('%s', (text, micros) => {
    expect(timestamps.read(text)).toBe(micros);
  });

  it.each([
    '',
    '2026-08-09',
    '2026-08-09T21:05:52',
    '2026-08-09 21:05:52Z',
    '2026-08-09T21:05:52+00:00',
    '2026-08-09T21:05:52.Z',
    '2026-08-09T21:05:52.1234567890Z',
    '2026-8-9T21:05:52Z',
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z',
    '0001-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z ',
  ])('%j is none', (text) => {
    expect(timestamps.read(text)).toBe(-1);
    expect(timestamps.read('2026-01-01T00:00:00Z')).toBe(1_767_225_600_000_000);
  });
});
