import { describe, expect, it } from 'vitest';
import type { CleaningReport, Finding, Rule } from '../../../shaders/prices/report.ts';
import { found, findingsOf, panelText, reportCsv } from './import-words.ts';

const DAY = 86_400_000_000;
const finding = (rule: Rule, instrument: string | null, value: number | null): Finding => ({
  ...{ rule, instrument, value, count: 1 },
  ...{ from: 18_000 * DAY, to: 18_000 * DAY },
});
const none = { constant: 0, 'flat-run': 0, 'stale-head': 0, 'stale-tail': 0, order: 0, 'repeated-date': 0 };
const report: CleaningReport = {
  cleaned: true,
  counts: { ...none, 'not-a-price': 2, spike: 1, missing: 0, 'time-gap': 1200 },
  findings: [
    finding('time-gap', null, null),
    finding('not-a-price', 'A', Infinity),
    finding('spike', '=B', 18.9),
    finding('not-a-price', 'C', 0),
  ],
};

describe('the report of an import', () => {
  it('counts everything, and lists a kind at a time what was found', () => {
    expect(findingsOf(report)).toBe(1203);
    expect(found(report).map(({ rule, count, findings }) => [rule, count, findings.length])).toEqual([
      ['not-a-price', 2, 2],
      ['spike', 1, 1],
      ['time-gap', 1200, 1],
    ]);
  });

  it('is a file that a spreadsheet does not run', () => {
    const lines = reportCsv(report).split('\r\n');
    expect(lines[0]).toBe('rule,instrument,from,to,value,count,what was done');
    expect(lines[2]).toMatch(/^not-a-price,A,2019-04-14,2019-04-14,not a number,1,/);
    expect(lines[3]).toMatch(/^spike,'=B,2019-04-14,2019-04-14,18.9,1,/);
  });

  it('says what the panel is', () => {
    const prices = {
      sha256: '',
      name: 'x',
      names: ['A', 'B', 'C'],
      samples: 9,
      horizon: '1d',
      from: 0,
      to: DAY,
    } as const;
    expect(panelText({ ...prices, report })).toBe(
      '3 instruments × 9 returns of 1 day, 1970-01-01 to 1970-01-02',
    );
  });
});
