import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../protocol/audit.ts';
import { recordOf } from '../../audit/log.testkit.ts';
import type { Verdict } from '../../audit/verdict.ts';
import { haltsIn, laneOf, relativeTime, timelineOf, verdictOf } from './timeline.ts';

const EPOCH = 1_767_614_400_000_000;
const at = (seq: number, ms: number, fields: Partial<AuditRecord>): AuditRecord =>
  recordOf(seq, { wall: String(BigInt(EPOCH + ms * 1000) * 1000n), role: null, ...fields });
const venue = {
  venue: 'sim',
  name: 'Sim',
  sentAt: null,
  acknowledgedAt: null,
  confirmedZeroAt: null,
  trouble: null,
};
const halt = (seq: number, ms: number, action: string, venues: object[], haltId = 'h-1') =>
  at(seq, ms, { action, details: { state: { haltId }, venues } });

describe('R-46: an incident in order', () => {
  it('has a lane for what it happened to', () => {
    const lane = (action: string, role: AuditRecord['role'] = null) => laneOf({ action, role });
    expect(lane('halt.press', 'trader')).toBe('gate');
    expect(lane('order.place', 'trader')).toBe('orders');
    expect(lane('alarm.raised')).toBe('alarms');
    expect(lane('alarm.acknowledged', 'trader')).toBe('people');
    expect(lane('auth.session')).toBe('people');
    expect(lane('note.added', 'viewer')).toBe('people');
    expect(lane('server.start')).toBe('gate');
  });

  it('stands oldest first, however it was found; orders alike in a row are one', () => {
    const records = [
      at(5, 50, { action: 'order.change', actor: 'server' }),
      at(4, 40, { action: 'alarm.raised', actor: 'server' }),
      at(3, 30, { action: 'order.place' }),
      at(2, 20, { action: 'order.place' }),
      at(1, 10, { action: 'order.place', actor: 'other' }),
    ];
    const words = timelineOf(records).map((event) => [event.words, event.records.map(({ seq }) => seq)]);
    expect(words).toEqual([
      ['other · order.place', [1]],
      ['order.place × 2', [2, 3]],
      ['alarm.raised', [4]],
      ['order.change', [5]],
    ]);
  });

  it('shows when each venue was asked, answered and confirmed, each time once', () => {
    const sent = { ...venue, sentAt: EPOCH + 1000 };
    const zero = { ...sent, acknowledgedAt: EPOCH + 5000, confirmedZeroAt: EPOCH + 9000 };
    const records = [
      halt(1, 0, 'halt.press', [venue]),
      halt(2, 2, 'halt.progress', [sent]),
      halt(3, 9, 'halt.progress', [zero]),
    ];
    const venues = timelineOf(records).filter(({ lane }) => lane === 'venues');
    expect(venues.map(({ at: time, words, records: by }) => [time - EPOCH, words, by[0]?.seq])).toEqual([
      [1000, 'Sim · cancels sent', 2],
      [5000, 'Sim · cancels acknowledged', 3],
      [9000, 'Sim · re-read: zero open orders', 3],
    ]);
  });

  it('a halt that several pressed is one, by its first press; the newest is offered first', () => {
    const records = [
      halt(9, 900, 'halt.press', [], 'h-2'),
      halt(3, 300, 'halt.press', []),
      halt(2, 200, 'halt.press', []),
    ];
    expect(haltsIn(records).map(({ haltId, at: time }) => [haltId, time - EPOCH])).toEqual([
      ['h-2', 900_000],
      ['h-1', 200_000],
    ]);
  });

  it('several records are proven when each of them is', () => {
    const proven: Verdict = { kind: 'proven', size: 9, ms: 1, removed: false };
    const [event] = timelineOf([1, 2].map((seq) => at(seq, seq, { action: 'order.place' })));
    if (!event) throw new Error('no event');
    const found = (...verdicts: readonly Verdict[]) =>
      verdictOf(event, new Map(verdicts.map((verdict, index) => [index + 1, verdict])));
    expect(found(proven)).toBeUndefined();
    expect(found(proven, proven)).toEqual(proven);
    const failed: Verdict = { kind: 'failed', step: 'leaf', sentence: 'x' };
    expect(found(proven, failed)).toEqual(failed);
  });

  it('is told from the press', () => {
    expect(relativeTime(EPOCH + 42_000, EPOCH)).toBe('+0.042 s');
    expect(relativeTime(EPOCH - 3_000_000, EPOCH)).toBe('−3.000 s');
    expect(relativeTime(EPOCH + 25_500_000, EPOCH)).toBe('+25.5 s');
    expect(relativeTime(EPOCH + 125_000_000, EPOCH)).toBe('+2 min 05 s');
  });
});
