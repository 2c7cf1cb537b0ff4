import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { hidesPassword } from '../../config/secrets.ts';
import type { Dialect } from '../dialect.ts';
import { dialects } from '../dialects/index.ts';
import { ADDRESSES } from './addresses.ts';

export interface RecordOptions {
  readonly dialect: Dialect;
  readonly out: string;
  readonly minutes: number;
  readonly symbols: readonly string[] | 'all';
  readonly rest: string;
  readonly ws: string;
  /** The file ends at about this many bytes. */
  readonly mostBytes: number;
}

export const USAGE = `npm run record -- --venue VENUE --out FILE.jsonl.gz [options]
  --minutes N       how long (default 10)
  --symbols A,B     the venue's own names, or "all" (default two large ones)
  --rest URL --ws URL   another address than the venue's own, e.g. the simulated exchange's
  --most-mb N       ends the recording at this size (default 2048)`;

const MINUTES_MOST = 7 * 24 * 60;
const MB_MOST = 1_000_000;

/** The recorder's command line; `cwd` is where a path is meant from. */
export function readRecordOptions(argv: readonly string[], cwd: string): Result<RecordOptions> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        venue: { type: 'string' },
        out: { type: 'string' },
        minutes: { type: 'string', default: '10' },
        symbols: { type: 'string' },
        rest: { type: 'string' },
        ws: { type: 'string' },
        'most-mb': { type: 'string', default: '2048' },
      },
    }));
  } catch (error) {
    return refuse('arguments', `${(error as Error).message.split('. ')[0] ?? ''}.\n${USAGE}`);
  }
  if (argv.some(hidesPassword)) {
    return refuse(
      'arguments',
      'An address on the command line carries a password; others can read it there.',
    );
  }
  const { venue, out } = values;
  if (venue === undefined || out === undefined) {
    return refuse('arguments', `--${venue === undefined ? 'venue' : 'out'} is missing.\n${USAGE}`);
  }
  const dialect = dialects.find(({ id }) => id === venue);
  if (!dialect) {
    return refuse(
      'arguments',
      `--venue is one of ${dialects.map(({ id }) => id).join(', ')}, not "${venue}".`,
    );
  }
  if (!out.endsWith('.gz')) return refuse('arguments', `--out ends in .gz, and "${out}" does not.`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= MINUTES_MOST)) {
    return refuse('arguments', `--minutes is more than 0 and at most a week, not "${values.minutes}".`);
  }
  const megabytes = Number(values['most-mb']);
  if (!(megabytes > 0 && megabytes <= MB_MOST)) {
    return refuse(
      'arguments',
      `--most-mb is more than 0 and at most ${MB_MOST}, not "${values['most-mb']}".`,
    );
  }
  if ((values.rest === undefined) !== (values.ws === undefined)) {
    return refuse('arguments', '--rest and --ws go together.');
  }
  const known = ADDRESSES[dialect.id];
  const rest = values.rest ?? known?.rest;
  const ws = values.ws ?? known?.ws;
  if (rest === undefined || ws === undefined) {
    return refuse('arguments', `No address of ${dialect.name} is known here: give --rest and --ws.`);
  }
  if (!/^https?:\/\/[^/]/.test(rest) || !/^wss?:\/\/[^/]/.test(ws)) {
    return refuse('arguments', '--rest is an http(s):// address and --ws a ws(s):// one.');
  }
  const symbols = values.symbols?.split(',').filter((symbol) => symbol !== '') ?? known?.symbols ?? [];
  if (symbols.length === 0) return refuse('arguments', '--symbols names no symbol.');
  return ok({
    dialect,
    out: resolve(cwd, out),
    minutes,
    symbols: values.symbols === 'all' ? 'all' : symbols,
    rest,
    ws,
    mostBytes: megabytes * 1024 * 1024,
  });
}
