/** A copy as a restore reads it: nothing in it is changed. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { HEADS_FILE, isHeadsHeader, readHeads, VERIFIER_FILE } from '../../audit/head-files.ts';
import { leftFrom, leftLeavesIn, type LeftLeaves } from '../../audit/left-leaves.ts';
import { RecordCursor, type RawRecord } from '../../audit/reader.ts';
import { folderSegments } from '../../audit/segment-source.ts';
import type { Database } from '../../store/database.ts';
import { payloadsOf } from '../copy/database-target.ts';

export interface CopySource {
  readonly verifier: string;
  /** Records in order, in batches, up to the last whole one; not those of `leaves`. */
  records(): AsyncIterable<readonly RawRecord[]>;
  /** Hashes of records that retention removed before they were copied, in order. */
  leaves(): Promise<readonly LeftLeaves[]>;
  /** Every signed head, oldest first. */
  heads(): Promise<readonly string[]>;
  snapshots(): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]>;
}

const SNAPSHOT = /^snapshot-\d{16}\.jsonl$/;

export async function folderSource(dir: string): Promise<Result<CopySource>> {
  const verifier = await readFile(join(dir, VERIFIER_FILE), 'utf8').catch(() => null);
  if (verifier === null) return refuse('copy-none', `${dir} holds no copy of an audit log.`);
  return ok({
    verifier: verifier.trim(),
    records: () => recordsOf(dir),
    leaves: () => leftLeavesIn(dir),
    heads: async () => {
      const bytes = await readFile(join(dir, HEADS_FILE)).catch(() => Buffer.alloc(0));
      return isHeadsHeader(bytes) ? readHeads(bytes).notes : [];
    },
    snapshots: async () => {
      const names = (await readdir(dir)).filter((name) => SNAPSHOT.test(name));
      return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(dir, name)) })));
    },
  });
}

export async function databaseSource(database: Database): Promise<Result<CopySource>> {
  const [log] = (await isTable(database, 'cwts_copy.log'))
    ? await database.query<{ verifier: string }>('SELECT verifier FROM cwts_copy.log')
    : [];
  if (!log) return refuse('copy-none', 'That database holds no copy of an audit log.');
  return ok({
    verifier: log.verifier,
    records: () => chunksOf(database),
    leaves: async () => {
      // A copy that an earlier version made has no such table.
      if (!(await isTable(database, 'cwts_copy.leaves'))) return [];
      const rows = await database.query<{ first: number; hashes: Buffer }>(
        'SELECT first, hashes FROM cwts_copy.leaves ORDER BY first',
      );
      return rows.map(({ first, hashes }) => leftFrom(first, hashes));
    },
    heads: async () => {
      const rows = await database.query<{ note: string }>('SELECT note FROM cwts_copy.head ORDER BY size');
      return rows.map(({ note }) => note);
    },
    snapshots: () =>
      database.query<{ name: string; bytes: Buffer }>('SELECT name, bytes FROM cwts_copy.snapshot'),
  });
}

async function isTable(database: Database, name: string): Promise<boolean> {
  const [there] = await database.query<{ name: string | null }>('SELECT to_regclass($1)::text AS name', [
    name,
  ]);
  return there !== undefined && there.name !== null;
}

async function* recordsOf(dir: string): AsyncGenerator<readonly RawRecord[]> {
  const cursor = new RecordCursor(folderSegments(dir));
  try {
    yield* cursor.batches();
  } finally {
    await cursor.close();
  }
}

async function* chunksOf(database: Database): AsyncGenerator<readonly RawRecord[]> {
  for (let next = 1; ;) {
    const [chunk] = await database.query<{ first: number; last: number; frames: Buffer }>(
      'SELECT first, last, frames FROM cwts_copy.chunk WHERE first >= $1 ORDER BY first LIMIT 1',
      [next],
    );
    if (!chunk) return;
    const { first } = chunk;
    const records = payloadsOf(chunk.frames).map((payload, i) => ({ seq: first + i, payload }));
    if (records.at(-1)?.seq !== chunk.last) {
      throw new Error(`The copy’s chunk of records ${first} to ${chunk.last} is damaged.`);
    }
    yield records;
    next = chunk.last + 1;
  }
}
