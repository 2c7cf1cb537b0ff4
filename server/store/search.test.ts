import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { auditSearchSchema, type AuditRecord, type AuditSearch } from '../../protocol/audit.ts';
import { migrate } from './migrate.ts';
import { BLOCK_RECORDS } from './postings.ts';
import { Projection } from './projection.ts';
import { COUNTED, searchRecords } from './search.ts';
import { databaseKinds, type TestDatabase } from './testing/databases.ts';
import { need } from './testing/need.ts';
import { firstRecords, logged } from './testing/records.ts';

/** Three sealed blocks (one with a hole, one with a clock that stepped back) and an open one. */
const COUNT = 3 * BLOCK_RECORDS + 700;
const HOLE = { from: BLOCK_RECORDS + 100, to: BLOCK_RECORDS + 400 };

function recordsToFind(): AuditRecord[] {
  return firstRecords(5, COUNT)
    .filter(({ seq }) => seq < HOLE.from || seq > HOLE.to)
    .map((record) => {
      const stepped = record.seq > 2 * BLOCK_RECORDS + 50 ? -3_600_000_000_000n : 0n;
      return { ...record, wall: String(BigInt(record.wall) + stepped) };
    });
}

const known = new Map<AuditRecord, Set<string>>();

function wordsIn(record: AuditRecord): Set<string> {
  const { v: _v, seq: _seq, wall: _wall, wallError: _wallError, mono: _mono, ...said } = record;
  const words = known.get(record) ?? new Set(Object.values(said).flatMap(cut));
  known.set(record, words);
  return words;
}

const cut = (value: unknown): string[] =>
  JSON.stringify(value)
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** The same question, asked of every record one by one. */
function matches(record: AuditRecord, search: AuditSearch): boolean {
  const micros = Number(BigInt(record.wall) / 1000n);
  const { from, to, actor, action, order, scope, flag } = search;
  return (
    (from === undefined || micros >= from) &&
    (to === undefined || micros <= to) &&
    (actor === undefined || record.actor === actor) &&
    (action === undefined ||
      (action.endsWith('.') ? record.action.startsWith(action) : record.action === action)) &&
    (order === undefined || record.order === order || record.client === order) &&
    (scope === undefined || record.scope === scope) &&
    (flag === undefined || record.flags.includes(flag)) &&
    (search.text ?? '')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .every((word) => word === '' || wordsIn(record).has(word))
  );
}

describe.each(await databaseKinds())('search on $name', ({ make }) => {
  const records = recordsToFind();
  let made: TestDatabase;
  let projection: Projection;
  const find = (search: Partial<AuditSearch>) =>
    searchRecords(made.database, projection.index, projection.seq, auditSearchSchema.parse(search));

  beforeAll(async () => {
    made = await make();
    need(await migrate(made.database));
    projection = await Projection.open(made.database);
    for (let at = 0; at < records.length; at += 5000) {
      await projection.write(records.slice(at, at + 5000).map(logged));
    }
    // As after a restart: from what the database holds.
    projection = await Projection.open(made.database);
  }, 180_000);
  afterAll(() => made.drop());

  const someRecord = fc.nat(records.length - 1).map((at) => records[at] as AuditRecord);
  const question = fc
    .tuple(
      someRecord,
      someRecord,
      fc.subarray(['time', 'actor', 'action', 'family', 'order', 'scope', 'flag', 'text'] as const),
    )
    .map(([record, other, fields]): Partial<AuditSearch> => {
      const micros = (one: AuditRecord): number => Number(BigInt(one.wall) / 1000n);
      const words = JSON.stringify(record.details).match(/[a-z0-9]+/gi) ?? [];
      return {
        ...(fields.includes('time')
          ? {
              from: Math.min(micros(record), micros(other)) as never,
              to: Math.max(micros(record), micros(other)) as never,
            }
          : {}),
        ...(fields.includes('actor') ? { actor: record.actor } : {}),
        ...(fields.includes('action') ? { action: record.action } : {}),
        ...(fields.includes('family') ? { action: record.action.replace(/[^.]+$/, '') } : {}),
        ...(fields.includes('order') && record.order !== null ? { order: record.order } : {}),
        ...(fields.includes('scope') ? { scope: record.scope } : {}),
        ...(fields.includes('flag') && record.flags[0] !== undefined ? { flag: record.flags[0] } : {}),
        ...(fields.includes('text') ? { text: words.slice(0, 2).join(' ') } : {}),
      };
    });

  it('R-45: any combination finds what a look at every record finds, on every page', async () => {
    await fc.assert(
      fc.asyncProperty(
        question,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 500 }),
        async (asked, page, limit) => {
          const all = records.filter((record) => matches(record, auditSearchSchema.parse(asked))).reverse();
          const reply = await find({ ...asked, page, limit });
          const due = all.slice((page - 1) * limit, page * limit);
          expect(reply.records).toEqual(due);
          expect(reply.total).toBe(Math.min(all.length, COUNTED));
          expect(reply.more).toBe(all.length > COUNTED);
          expect(reply.next).toBe(all.length > page * limit ? due.at(-1)?.seq : null);
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it('R-45: `before` goes on where the page before ended, with the same total', async () => {
    const asked = { action: 'halt.', limit: 7 } as const;
    const all = records.filter((record) => record.action.startsWith('halt.')).reverse();
    let reply = await find(asked);
    const seen = [...reply.records];
    while (reply.next !== null) {
      reply = await find({ ...asked, before: reply.next });
      expect(reply.total).toBe(all.length);
      seen.push(...reply.records);
    }
    expect(seen).toEqual(all);
    const deep = await find({ before: 20_000, limit: 3 });
    expect(deep.records.map(({ seq }) => seq)).toEqual([19_999, 19_998, 19_997]);
    expect(deep).toMatchObject({ total: COUNTED, more: true });
  });

  it('what nobody wrote is found nowhere', async () => {
    for (const asked of [{ text: 'unheardof' }, { order: 'o-none' }, { from: 1 as never, to: 2 as never }]) {
      expect(await find(asked)).toMatchObject({ records: [], next: null, total: 0, more: false });
    }
    expect(await find({ page: 100_000, limit: 500 })).toMatchObject({ records: [], next: null });
  });

  it('R-48: what retention removed is found nowhere, its neighbours are, and its own blocks of words are gone', async () => {
    // One block whole, and a part of the next.
    const last = BLOCK_RECORDS + 50;
    await projection.forget(1, last);
    const rows = async (sql: string) => (await made.database.query<{ n: number }>(sql))[0]?.n;
    expect(await rows(`SELECT count(*)::int AS n FROM cwts.records WHERE seq <= ${last}`)).toBe(0);
    for (const table of ['search_terms', 'search_blocks']) {
      expect(await rows(`SELECT count(*)::int AS n FROM cwts.${table} WHERE block = 0`), table).toBe(0);
      expect(await rows(`SELECT count(*)::int AS n FROM cwts.${table} WHERE block = 1`), table).not.toBe(0);
    }
    const asked = { actor: records.at(-1)?.actor ?? '' };
    const left = records.filter(({ seq, actor }) => seq > last && actor === asked.actor).reverse();
    const all = async (): Promise<AuditRecord[]> => {
      const found: AuditRecord[] = [];
      for (let before: number | null | undefined; before !== null;) {
        const reply = await find({ ...asked, limit: 500, ...(before === undefined ? {} : { before }) });
        found.push(...reply.records);
        before = reply.next;
      }
      return found;
    };
    expect(await all()).toEqual(left);
    const { sealed } = projection.index;
    projection = await Projection.open(made.database);
    expect(projection.index.sealed, 'after a restart as well').toEqual(sealed);
    expect(await all()).toEqual(left);
  });
});
