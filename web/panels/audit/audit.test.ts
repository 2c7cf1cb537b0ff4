import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditSearch, RecordsReply } from '../../../protocol/audit.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { recordOf } from '../../audit/log.testkit.ts';
import { recordsCsv } from './export.ts';
import { changesOf } from './fields.ts';
import { fieldIn, parseQuery, timeIn, withField } from './query.ts';
import { haltIdOf, summary } from './record-words.ts';
import { createAuditSearch, PAGE_SIZE } from './search.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z') * 1000;
const at = (text: string) => Date.parse(text) * 1000;

describe('a query as it is typed', () => {
  it.each([
    ['', {}],
    ['actor:operator', { actor: 'operator' }],
    ['action:halt. two words', { action: 'halt.', text: 'two words' }],
    ['scope:"BTC USDT" order:cw-1 flag:late', { scope: 'BTC USDT', order: 'cw-1', flag: 'late' }],
    ['last:15m', { from: at('2026-11-21T09:45:00Z') }],
    ['from:09:30 to:09:31:05', { from: at('2026-11-21T09:30:00Z'), to: at('2026-11-21T09:31:05Z') }],
    ['from:2026-11-20', { from: at('2026-11-20T00:00:00Z') }],
    ['to:2026-11-20T23:59:59.5Z', { to: at('2026-11-20T23:59:59.500Z') }],
    ['halt:0b1c', { action: 'halt.', text: '0b1c' }],
    ['action:order. halt:0b1c', { action: 'order.', text: '0b1c' }],
  ])('%j', (typed, fields) => expect(parseQuery(typed, NOW)).toEqual({ ok: true, value: fields }));

  it.each(['actr:operator', 'from:25:00', 'from:2026-02-30', 'last:soon', 'actor:""', 'from:10:00 to:09:00'])(
    '%j is refused, not searched for by its letters',
    (typed) => expect(parseQuery(typed, NOW)).toMatchObject({ ok: false, error: { code: 'query' } }),
  );

  it('a time is one of the calendar or none', () => {
    expect(timeIn('', NOW)).toBeNull();
    expect(timeIn('2026-13-01', NOW)).toBeNull();
    expect(timeIn('9:30', NOW)).toBeNull();
    expect(timeIn('2026-11-21 09:30', NOW)).toBe(at('2026-11-21T09:30:00Z'));
  });

  it('a field that is set is found again, and taken out leaves the rest', () => {
    const value = fc
      .string({ minLength: 1 })
      .filter((text) => /\S/.test(text) && !text.includes('"') && !/^\s|\s$/.test(text));
    fc.assert(
      fc.property(value, (actor) => {
        const typed = withField('action:halt. words', 'actor', actor);
        expect(fieldIn(typed, 'actor')).toBe(actor);
        expect(parseQuery(typed, NOW)).toEqual({
          ok: true,
          value: { actor, action: 'halt.', text: 'words' },
        });
        expect(withField(typed, 'actor', '')).toBe('action:halt. words');
      }),
    );
  });
});

describe('before and after', () => {
  it('R-53: what changed stands first, with both values', () => {
    expect(
      changesOf({ name: 'Ann', role: 'trader', gone: 1 }, { name: 'Ann', role: 'viewer', fresh: [] }),
    ).toEqual([
      { path: 'role', before: 'trader', after: 'viewer', kind: 'changed' },
      { path: 'gone', before: '1', after: null, kind: 'removed' },
      { path: 'fresh', before: null, after: 'none', kind: 'added' },
      { path: 'name', before: 'Ann', after: 'Ann', kind: 'same' },
    ]);
    expect(changesOf(null, { a: { b: [true, ''] } })).toMatchObject([
      { path: 'a.b.0', after: 'true', kind: 'added' },
      { path: 'a.b.1', after: '""', kind: 'added' },
    ]);
  });
});

describe('a record in a line', () => {
  it('is its reason, what it says itself, what changed, or its details', () => {
    expect(summary(recordOf(1, { reason: 'Odd fills.' }))).toBe('Odd fills.');
    expect(summary(recordOf(1, { details: { refused: 'not-the-presser' } }))).toBe('not-the-presser');
    expect(summary(recordOf(1, { before: { role: 'a' }, after: { role: 'b' } }))).toBe('role: a → b');
    expect(summary(recordOf(1))).toBe('size 0.5');
    const order = { state: 'working', side: 'buy', size: 2500, price: null, filled: 0, orderId: 'cw-1' };
    expect(summary(recordOf(1, { details: { order } }))).toBe('working · buy · size 2500 · filled 0');
  });

  it('of a halt knows which', () => {
    expect(haltIdOf(recordOf(1, { action: 'halt.press', details: { state: { haltId: 'h-1' } } }))).toBe(
      'h-1',
    );
    expect(haltIdOf(recordOf(1, { action: 'halt.press', details: { haltId: 'h-2' } }))).toBe('h-2');
    expect(haltIdOf(recordOf(1))).toBeNull();
  });

  it('in CSV is disarmed where a spreadsheet would run it', () => {
    const csv = recordsCsv([recordOf(1, { reason: '=HYPERLINK("x")' })], new Map());
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv).toContain('not checked');
  });
});

/** A store of `size` records; the search of it, and what was asked. */
function panel(size: number) {
  const asked: Partial<AuditSearch>[] = [];
  const given = { size, answer: null as Result<RecordsReply> | null };
  const came: number[][] = [];
  const search = createAuditSearch({
    now: () => NOW,
    came: (records) => came.push(records.map(({ seq }) => seq)),
    search: (fields) => {
      asked.push(fields);
      const { before = given.size + 1, page = 1, limit = 50 } = fields;
      const newest = before - 1 - (page - 1) * limit;
      const count = Math.max(0, Math.min(limit, newest));
      const records = Array.from({ length: count }, (_, index) => recordOf(newest - index));
      const next = newest > limit ? newest - limit + 1 : null;
      const reply = {
        ok: true,
        records,
        next,
        total: given.size,
        more: false,
        projected: given.size,
      } as const;
      return Promise.resolve(given.answer ?? ok(reply));
    },
  });
  const newest = () => search.getState().reply?.records[0]?.seq;
  return { search, asked, given, came, newest };
}

describe('the search', () => {
  it('goes on by the last record, back by where it came from, and to any page by its number', async () => {
    const { search, asked, newest } = panel(1000);
    await search.run();
    await search.older();
    await search.older();
    expect(asked.at(-1)).toEqual({ before: 801, limit: PAGE_SIZE });
    await search.newer();
    expect(asked.at(-1)).toEqual({ before: 901, limit: PAGE_SIZE });
    expect([newest(), search.getState().page]).toEqual([900, 2]);
    await search.jump(7);
    expect(asked.at(-1)).toEqual({ page: 7, limit: PAGE_SIZE });
    expect(newest()).toBe(400);
    await search.older();
    expect(asked.at(-1)).toEqual({ before: 301, limit: PAGE_SIZE });
    await search.newer();
    await search.jump(0);
    expect([newest(), search.getState().page]).toEqual([400, 7]);
  });

  it('counts what is new, and shows it by itself only when asked to', async () => {
    const { search, given, came, newest } = panel(300);
    await search.run();
    given.size = 303;
    await search.beat();
    expect([newest(), search.getState().fresh, search.getState().reply?.projected]).toEqual([300, 3, 303]);
    await search.tail(true);
    given.size = 304;
    await search.beat();
    expect([newest(), search.getState().fresh]).toEqual([304, 0]);
    expect(came.at(-1)).toEqual([304]);
    await search.older();
    given.size = 400;
    await search.beat();
    expect(newest(), 'another page than the first stands still').toBe(204);
  });

  it('that is refused keeps what it had, and says why; the next answer clears it', async () => {
    const { search, given, newest } = panel(10);
    await search.run();
    given.answer = refuse('store-down', 'The store is down.');
    await search.field('actor', 'ann');
    expect(search.getState()).toMatchObject({ refusal: { code: 'store-down' }, asking: false });
    expect(newest()).toBe(10);
    given.answer = null;
    await search.beat();
    expect(search.getState().refusal).toBeNull();
  });

  it('that is no query is not asked', async () => {
    const { search, asked } = panel(10);
    search.type('actr:x');
    await search.run();
    expect(search.getState().problem).toContain('no field actr');
    expect(asked).toEqual([]);
  });

  it('shows the answer to the last question, whichever comes last', async () => {
    const answers: ((reply: Result<RecordsReply>) => void)[] = [];
    const search = createAuditSearch({
      now: () => NOW,
      came: () => undefined,
      search: () => new Promise((resolve) => answers.push(resolve)),
    });
    const [first, second] = [search.run(), search.only('actor:ann')];
    const reply = (seq: number): Result<RecordsReply> =>
      ok({ ok: true, records: [recordOf(seq)], next: null, total: 1, more: false, projected: 9 });
    answers[1]?.(reply(2));
    answers[0]?.(reply(1));
    await Promise.all([first, second]);
    expect(search.getState().reply?.records[0]?.seq).toBe(2);
  });
});
