/** Effects: signed heads in the database; an anchor that no rebuild empties. */
import type { Queries } from './database.ts';
import type { RecordedHead } from './questions.ts';

/** Durable once it resolves; the same head twice is one. */
export async function recordHead(queries: Queries, head: RecordedHead): Promise<void> {
  await queries.query(
    `INSERT INTO cwts.audit_head (size, root, checkpoint, signed_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (size, root) DO NOTHING`,
    [head.size, head.root, head.checkpoint, head.signedAt],
  );
}

export async function newestHead(queries: Queries): Promise<RecordedHead | null> {
  const [head] = await queries.query<RecordedHead>(
    `SELECT size, root, checkpoint, signed_at AS "signedAt" FROM cwts.audit_head
      ORDER BY size DESC, signed_at DESC LIMIT 1`,
  );
  return head ?? null;
}
