/** `npm run audit -- restore`: a lost disk's log from its copy, for a server that is not running. */
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { openPostgres } from '../store/postgres.ts';
import { restoreLog, type Restored } from './restore/restore.ts';
import { databaseSource, folderSource, type CopySource } from './restore/source.ts';

export const RESTORE_USAGE =
  'usage: npm run audit -- restore --from FOLDER|postgres://… --data DIR [--keys FOLDER]';

export interface ToolOutput {
  readonly say: (line: string) => void;
}

interface RestoreArguments {
  readonly from: string;
  readonly dataDir: string;
  readonly keys: string | null;
}

/** The keys that a start needs, as a backup of them is laid out, and where they lie in the data folder. */
const KEYS = [
  { name: 'audit.key', place: 'keys/audit.key' },
  { name: 'secrets.key', place: 'secrets.key' },
] as const;

/** Runs one verb; the exit code. */
export async function runArchiveTool(argv: readonly string[], output: ToolOutput): Promise<number> {
  const [verb, ...rest] = argv;
  const done = verb === 'restore' ? await restore(rest, output) : refuse('arguments', RESTORE_USAGE);
  if (done.ok) return 0;
  output.say(done.error.sentence);
  return 1;
}

async function restore(argv: readonly string[], { say }: ToolOutput): Promise<Result<null>> {
  const parsed = readArguments(argv);
  if (!parsed.ok) return parsed;
  const { from, dataDir, keys } = parsed.value;
  const missing = keys === null ? null : KEYS.find(({ name }) => !existsSync(join(keys, name)));
  if (missing) return refuse('keys-missing', `${keys ?? ''} holds no ${missing.name}.`);
  try {
    const restored = await withSource(from, (source) => restoreLog(source, dataDir));
    if (!restored.ok) return restored;
    for (const line of told(restored.value, dataDir)) say(line);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return refuse('restore-failed', `Nothing was restored: ${cause}${cause.endsWith('.') ? '' : '.'}`);
  }
  if (keys !== null) placeKeys(keys, dataDir);
  say(
    keys !== null
      ? 'The keys were put in place. The next start begins halted: look at every venue before you release it.'
      : 'Put keys/audit.key and secrets.key in place from their backup; then start: it begins halted.',
  );
  return ok(null);
}

function told({ seq, wall, heads, headSize, headSignedAt, removed }: Restored, dataDir: string): string[] {
  if (seq === 0) return [`${dataDir}: the copy was made of an empty log.`];
  const at = (micros: number): string => new Date(micros / 1000).toISOString();
  const time = wall === null ? '' : ` of ${at(Number(BigInt(wall) / 1000n))}`;
  const signed =
    headSignedAt === null
      ? 'No signed head came with them: their order and bytes were checked, nothing else can be.'
      : `Checked: every record, ${heads} signed heads; the newest speaks for ${headSize} records, ${at(headSignedAt)}.`;
  const gone = removed.map(
    ({ first, last }) =>
      `Records ${first} to ${last} were removed by retention before they were copied: their hashes are back, and fit.`,
  );
  return [`${dataDir}: the log is restored up to record ${seq}${time}.`, ...gone, signed];
}

async function withSource<T>(
  from: string,
  work: (source: CopySource) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (!/^postgres(ql)?:\/\//.test(from)) {
    const source = await folderSource(from);
    return source.ok ? work(source.value) : source;
  }
  const database = await openPostgres({ url: from }, 'postgresql');
  if (!database.ok) return database;
  try {
    const source = await databaseSource(database.value);
    return source.ok ? await work(source.value) : source;
  } finally {
    await database.value.close();
  }
}

function placeKeys(from: string, dataDir: string): void {
  for (const { name, place } of KEYS) {
    const file = join(dataDir, place);
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    copyFileSync(join(from, name), file);
    chmodSync(file, 0o600);
  }
}

function readArguments(argv: readonly string[]): Result<RestoreArguments> {
  const option = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options: { from: option, data: option, keys: option } });
    const { from, data, keys } = values;
    if (from && data) return ok({ from, dataDir: data, keys: keys ?? null });
  } catch {
    // Said below.
  }
  return refuse('arguments', RESTORE_USAGE);
}
