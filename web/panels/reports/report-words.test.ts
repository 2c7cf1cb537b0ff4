import { describe, expect, it } from 'vitest';
import type { ReportView } from '../../../protocol/reports.ts';
import { deliveryWords, wrongAbout } from './report-words.ts';

const delivery = (fields: object) =>
  ({
    recipient: 'desk',
    state: 'queued',
    attempts: 0,
    at: null,
    receipt: null,
    trouble: null,
    ...fields,
  }) as unknown as ReportView['deliveries'][number];

describe('a report’s delivery', () => {
  it('is delivered with its receipt, on its way, or not', () => {
    expect(deliveryWords(delivery({}))).toEqual({ tone: 'advisory', words: 'on its way, not tried yet' });
    expect(deliveryWords(delivery({ attempts: 2, trouble: 'timeout' }))).toEqual({
      tone: 'caution',
      words: 'on its way, 2 attempts so far: timeout',
    });
    expect(
      deliveryWords(delivery({ state: 'delivered', at: 1_767_614_400_000_000, receipt: '250 OK' })).words,
    ).toBe('delivered 2026-01-05 12:00:00 UTC, receipt: 250 OK');
    expect(deliveryWords(delivery({ state: 'failed', attempts: 1, trouble: '550' }))).toEqual({
      tone: 'warning',
      words: 'NOT delivered after 1 attempt: 550',
    });
  });
});

it.each([
  ['incident', '6b0f2f6e-6a2c', null],
  ['incident', 'the last one', 'A halt is named by its id.'],
  ['daily', '2026-01-05', null],
  ['daily', '2026-13-05', 'A day is 2026-01-05.'],
  ['review', '2026', null],
  ['review', '26', 'A year has four digits.'],
] as const)('a report of kind %s about %j: %j', (kind, about, wrong) =>
  expect(wrongAbout(kind, about)).toBe(wrong),
);
