import { describe, expect, it } from 'vitest';
import { ok } from '../../protocol/result.ts';
import { browser } from './browser.testkit.ts';
import { recordOf, TestLog } from './log.testkit.ts';
import { verifyRange } from './range.ts';
import type { LogSource } from './verifier.ts';

describe('many records in the page', () => {
  it('are proven with a handful of tiles', async () => {
    const log = await TestLog.make(700);
    const page = browser(log);
    const shown = Array.from({ length: 600 }, (_, at) => log.record(700 - at));
    const verdicts = await page.records(shown);
    expect(verdicts.every(({ kind }) => kind === 'proven')).toBe(true);
    expect(log.asked.length).toBeLessThanOrEqual(6);
  });

  it('one that the search shows otherwise is named, the others stand', async () => {
    const log = await TestLog.make(300);
    const shown = [9, 8, 7].map((seq) => log.record(seq));
    shown[1] = recordOf(8, { reason: 'because' });
    const kinds = (await browser(log).records(shown)).map(({ kind }) => kind);
    expect(kinds).toEqual(['proven', 'failed', 'proven']);
  });

  it('a tile that was read wrong once is read again', async () => {
    const log = await TestLog.make(20);
    let wrong = 1;
    const readTile: LogSource['readTile'] = async (...tile) => {
      const read = await log.readTile(...tile);
      if (wrong-- > 0 && read.ok) read.value[40] = (read.value[40] ?? 0) ^ 1;
      return read;
    };
    expect(
      (await browser(log.source({ readTile })).records([log.record(1)])).map(({ kind }) => kind),
    ).toEqual(['proven']);
  });

  it('the newest 600 are checked page by page, with what each proof cost', async () => {
    const log = await TestLog.make(700);
    const told: number[] = [];
    const page = browser(log);
    const done = await verifyRange(
      { verifier: page, source: log },
      600,
      ({ done: count }) => told.push(count),
      () => false,
    );
    expect(done).toMatchObject({ state: 'done', proven: 600, failed: 0, missing: 0, last: 700, first: 101 });
    expect(done.medianMs).toBe(1);
    expect(told).toEqual([250, 500, 600, 600]);
  });

  it('a record that the search leaves out is counted as missing', async () => {
    const log = await TestLog.make(30);
    const searchRecords: LogSource['searchRecords'] = async (search) => {
      const page = await log.searchRecords(search);
      if (!page.ok) return page;
      return ok({ ...page.value, records: page.value.records.filter(({ seq }) => seq !== 12) });
    };
    const source = log.source({ searchRecords });
    const done = await verifyRange(
      { verifier: browser(source), source },
      30,
      () => undefined,
      () => false,
    );
    expect(done).toMatchObject({ state: 'done', missing: 1, proven: 29 });
  });

  it('what the search does not have yet is not missing', async () => {
    const log = await TestLog.make(30);
    const searchRecords: LogSource['searchRecords'] = async (search) => {
      const page = await log.searchRecords({ ...search, before: Math.min(search.before ?? 99, 26) });
      return page.ok ? ok({ ...page.value, projected: 25 }) : page;
    };
    const source = log.source({ searchRecords });
    const done = await verifyRange(
      { verifier: browser(source), source },
      30,
      () => undefined,
      () => false,
    );
    expect(done).toMatchObject({ state: 'done', missing: 0, behind: 5, proven: 25 });
  });

  it('is stopped by a person', async () => {
    const log = await TestLog.make(600);
    let pages = 0;
    const done = await verifyRange(
      { verifier: browser(log), source: log },
      600,
      () => (pages += 1),
      () => pages > 0,
    );
    expect(done).toMatchObject({ state: 'stopped', done: 250 });
  });
});
