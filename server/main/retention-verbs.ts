/** `npm run audit -- prune` and `-- hold`: asks the running server, or works under the data lock. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { WITHOUT_END } from '../../protocol/retention.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { usualConfig } from '../config/usual.ts';
import { fatalOf } from './say.ts';
import type { Hold } from '../archive/retention/holds.ts';
import { whileStopped, type Retention } from './retention-stopped.ts';

export const PRUNE_USAGE =
  'usage: npm run audit -- prune --data DIR [--to RECORD] [--reason TEXT] [--config FILE]';
export const HOLD_USAGE =
  'usage: npm run audit -- hold --data DIR [--from TIME [--to TIME] --reason TEXT | --lift HOLD --reason TEXT] [--config FILE]';

const HOST = { actor: 'host' };
const runSchema = z.object({ control: z.url() });
const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ code: z.string(), sentence: z.string() }),
]);

interface Asking {
  readonly path: string;
  readonly body: unknown;
  readonly stopped: (retention: Retention) => Promise<Result<unknown>>;
}

/** What to say, or why not; `root`: the product's folder, where the usual configurations are. */
export async function retentionVerb(
  verb: 'prune' | 'hold',
  argv: readonly string[],
  root: string,
): Promise<Result<string[]>> {
  const usage = refuse('arguments', verb === 'prune' ? PRUNE_USAGE : HOLD_USAGE);
  const values = read(argv);
  if (!values?.data) return usage;
  const asking = verb === 'prune' ? pruneOf(values) : holdOf(values);
  if (!asking) return usage;
  const base = process.env['INIT_CWD'] ?? '.';
  const dataDir = resolve(base, values.data);
  const config = values.config ? resolve(base, values.config) : usualConfig(dataDir, root);
  const done = (await askRunning(dataDir, asking)) ?? (await askStopped(dataDir, config, asking));
  return done.ok ? ok(linesOf(done.value)) : done;
}

type Values = Partial<Record<'data' | 'config' | 'from' | 'to' | 'reason' | 'lift', string>>;

function read(argv: readonly string[]): Values | null {
  const option = { type: 'string' } as const;
  const options = { data: option, config: option, from: option, to: option, reason: option, lift: option };
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch {
    return null;
  }
}

function pruneOf({ to: text, reason }: Values): Asking | null {
  const to = text === undefined ? null : Number(text);
  if (to !== null && !(Number.isSafeInteger(to) && to > 0)) return null;
  const why = reason === undefined ? {} : { reason };
  const stopped: Asking['stopped'] = ({ office }) => office.prune({ to }, { ...HOST, ...why });
  return { path: '/admin/prune', body: { to, ...why }, stopped };
}

function holdOf({ from, to, reason, lift }: Values): Asking | null {
  if (lift !== undefined) {
    if (!reason) return null;
    const stopped: Asking['stopped'] = ({ holds }) => holds.liftAs(lift, reason, HOST);
    return { path: '/admin/hold', body: { lift, reason }, stopped };
  }
  if (from === undefined && to === undefined) {
    return { path: '/admin/holds', body: {}, stopped: ({ holds }) => Promise.resolve(ok(holds.list())) };
  }
  const hold = { from: Date.parse(from ?? '') * 1000, to: endOf(to), reason: reason ?? '' };
  if (!reason || Number.isNaN(hold.from) || Number.isNaN(hold.to)) return null;
  return { path: '/admin/hold', body: hold, stopped: ({ holds }) => holds.placeAs(hold, HOST) };
}

const DAY_MICROS = 86_400_000_000;

/** A day alone is held whole: to keep too much does no harm. */
function endOf(to: string | undefined): number {
  if (to === undefined) return WITHOUT_END;
  const micros = Date.parse(to) * 1000;
  return /^\d{4}-\d\d-\d\d$/.test(to) ? micros + DAY_MICROS - 1 : micros;
}

/** null: no server runs there. */
async function askRunning(dataDir: string, { path, body }: Asking): Promise<Result<unknown> | null> {
  let response: Response;
  try {
    const { control } = runSchema.parse(JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')));
    const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
    response = await fetch(`${control}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'x-cwts': '1', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    // Not running, or just stopped: the lock of the directory has the last word.
    return null;
  }
  const answer = answerSchema.safeParse(await response.json().catch(() => null)).data;
  if (!answer) return refuse('no-answer', 'The server refused without saying why.');
  return 'ok' in answer ? ok(answer.value) : refuse(answer.code, answer.sentence);
}

async function askStopped(dataDir: string, config: string, { stopped }: Asking): Promise<Result<unknown>> {
  try {
    return await whileStopped(config, dataDir, stopped);
  } catch (error) {
    const { code, sentence } = fatalOf(error);
    return refuse(code, sentence);
  }
}

function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const holds = value as readonly Hold[];
  if (holds.length === 0) return ['There is no hold.'];
  const day = (micros: number): string => new Date(micros / 1000).toISOString();
  return holds.map(({ id, from, to, by, reason, at }) => {
    const end = to >= WITHOUT_END ? 'no end' : day(to);
    const placed = at === undefined ? '' : `, placed ${day(at)}`;
    return `${id}  ${day(from)} – ${end}${placed}  by ${by}: ${reason}`;
  });
}
