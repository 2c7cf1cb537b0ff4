/** The peer: the same questions in plain SQL on the same records, with a primary key and no other index. */
import type { AuditSearch } from '../../protocol/audit.ts';
import type { Database } from '../../server/store/database.ts';

const COUNTED = 10_001;

/** ms for the page and the count; null when it took longer than `limitMs`. */
export async function askPlain(
  database: Database,
  search: Partial<AuditSearch>,
  page: number,
  pageSize: number,
  limitMs: number,
): Promise<number | null> {
  const { where, values } = conditionOf(search);
  const started = performance.now();
  try {
    await database.transaction(async (queries) => {
      await queries.script(`SET LOCAL statement_timeout = ${limitMs}`);
      await queries.query(
        `SELECT body FROM cwts.records ${where} ORDER BY seq DESC LIMIT ${pageSize + 1} OFFSET ${(page - 1) * pageSize}`,
        values,
      );
      await queries.query(
        `SELECT count(*) FROM (SELECT 1 FROM cwts.records ${where} LIMIT ${COUNTED}) AS found`,
        values,
      );
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === '57014') return null;
    throw error;
  }
  return performance.now() - started;
}

function conditionOf(search: Partial<AuditSearch>): { where: string; values: (string | number)[] } {
  const values: (string | number)[] = [];
  const parts: string[] = [];
  const add = (part: (place: string) => string, value: string | number): void => {
    values.push(value);
    parts.push(part(`$${values.length}`));
  };
  const { from, to, actor, action, order, scope, flag, text } = search;
  if (from !== undefined) add((at) => `wall >= ${at}::bigint * 1000`, from);
  if (to !== undefined) add((at) => `wall < (${at}::bigint + 1) * 1000`, to);
  if (actor !== undefined) add((at) => `actor = ${at}`, actor);
  if (action !== undefined && action.endsWith('.')) add((at) => `starts_with(action, ${at})`, action);
  else if (action !== undefined) add((at) => `action = ${at}`, action);
  if (order !== undefined) add((at) => `(order_id = ${at} OR client_id = ${at})`, order);
  if (scope !== undefined) add((at) => `scope = ${at}`, scope);
  if (flag !== undefined) add((at) => `${at} = ANY (flags)`, flag);
  for (const word of (text ?? '').split(' ').filter((one) => one !== '')) {
    add((at) => `body ~* ${at}`, `\\m${word}\\M`);
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}
