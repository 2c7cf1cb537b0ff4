import { ok, type Result } from '../../../protocol/result.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { Head } from '../signer.ts';
import type { Anchor } from './anchor.ts';

/** A head as the database keeps it. */
export interface HeadRow {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly checkpoint: string;
  readonly signedAt: Micros;
}

/** The database that heads are put into; both answer, and never reject. */
export interface HeadTable {
  recordHead(head: HeadRow): Promise<Result<null>>;
  newestRecordedHead(): Promise<Result<HeadRow | null>>;
}

/** Heads in the database that the log is searched in. */
export class DatabaseAnchor implements Anchor {
  readonly kind = 'database';
  readonly name = 'the store’s database';
  readonly #table: HeadTable;

  constructor(table: HeadTable) {
    this.#table = table;
  }

  put({ size, root, checkpoint, signedAt }: Head): Promise<Result<null>> {
    const row = { size, root: Buffer.from(root).toString('hex'), checkpoint, signedAt };
    return this.#table.recordHead(row);
  }

  async newest(): Promise<Result<string | null>> {
    const found = await this.#table.newestRecordedHead();
    return found.ok ? ok(found.value?.checkpoint ?? null) : found;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
