import { expect, it } from 'vitest';
import type { AuditRecord } from '../../protocol/audit.ts';
import type { Micros } from '../../protocol/units.ts';
import { Gaps } from './gaps.ts';

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) * 1000;
const record = (seq: number, iso: string) =>
  ({ seq, wall: String(BigInt(day(iso)) * 1000n) }) as unknown as AuditRecord;
const period = (from: string, to: string) => ({ from: day(from) as Micros, to: day(to) as Micros });

it('R-48: a report says which records of its time retention removed, and of no other time', () => {
  const gaps = new Gaps([
    { first: 1, last: 4 },
    { first: 7, last: 9 },
  ]);
  for (const [seq, iso] of [
    [5, '2020-01-03'],
    [6, '2020-01-04'],
    [10, '2020-02-01'],
    // One that this version can't read lies between: it is no removal.
    [12, '2020-02-02'],
  ] as const)
    gaps.add(record(seq, iso));
  const begin = 'Records 1 to 4, written before 2020-01-03';
  const middle = 'Records 7 to 9, written between 2020-01-04 00:00:00.000000 UTC and 2020-02-01';
  const of = (from: string, to: string): string[] =>
    gaps
      .sentences(period(from, to))
      .map((text) => [begin, middle].find((one) => text.startsWith(one)) ?? text);
  expect(of('2020-01-01', '2020-01-02')).toEqual([begin]);
  expect(of('2020-01-10', '2020-01-11')).toEqual([middle]);
  expect(of('2019-01-01', '2021-01-01')).toEqual([begin, middle]);
  expect(of('2020-02-03', '2020-02-04')).toEqual([]);
  expect(gaps.sentences({ from: null, to: null })).toHaveLength(2);
});
