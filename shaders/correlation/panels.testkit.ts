/** Real price panels of the captures' folder: `CWTS_CAPTURES`, else beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CorrelationInput } from './panel.ts';
import { setValid } from './returns.testkit.ts';

const folder = join(resolve(process.env['CWTS_CAPTURES'] ?? join('..', 'shared', 'data')), 'panels');

/** Why tests on real panels cannot run here; null where they can. In CI they must. */
export const noPanels: string | null = existsSync(folder) ? null : `No real price panels at ${folder}.`;
if (noPanels !== null && process.env['CI'] !== undefined)
  throw new Error(`${noPanels} In CI they must be there.`);
if (noPanels !== null) process.stderr.write(`Tests on real panels are skipped: ${noPanels}\n`);

export interface ExpectedPanel {
  readonly complete_instruments: number;
  readonly mean_offdiag: number;
  readonly min: number;
  readonly max: number;
  /** The largest eigenvalue's share of all. */
  readonly top_eig_share: number;
  readonly top5: readonly (readonly [string, string, number])[];
  readonly bottom3: readonly (readonly [string, string, number])[];
}

/** What an independent float64 program found. */
export function expectedPanel(file: string): ExpectedPanel {
  const all = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
    string,
    ExpectedPanel
  >;
  const found = all[file];
  if (found === undefined) throw new Error(`${file} is not in expected.json`);
  return found;
}

export interface PricePanel {
  readonly names: readonly string[];
  /** The first column of each row, one more than there are returns. */
  readonly times: readonly string[];
  readonly input: CorrelationInput;
}

/**
 * Log returns of the closes as they are, bad prints and holes included; `complete`: of instruments without
 * a hole. `only`: of these instruments, because thousands take seconds to read.
 */
export function readPanel(
  file: string,
  complete: boolean,
  only: readonly string[] | null = null,
): PricePanel {
  const [head = '', ...lines] = gunzipSync(readFileSync(join(folder, file)))
    .toString('utf8')
    .trim()
    .split('\n');
  const rows = lines.map((line) => line.trim().split(','));
  const times = rows.map(([time = '']) => time);
  const columns = head
    .trim()
    .split(',')
    .map((name, at) => ({ name, at }))
    .filter(({ name, at }) => at > 0 && (only === null || only.includes(name)))
    .map(({ name, at }) => ({ name, cells: rows.map((row) => row[at] ?? '') }))
    .filter(({ cells }) => !complete || cells.every((cell) => cell !== ''));
  const n = columns.length;
  const t = rows.length - 1;
  const words = Math.ceil(t / 32);
  const returns = new Float64Array(n * t);
  const valid = new Uint32Array(n * words);
  columns.forEach(({ cells }, i) => {
    for (let k = 0; k < t; k++) {
      const [before = '', now = ''] = [cells[k], cells[k + 1]];
      const value = before === '' || now === '' ? Number.NaN : Math.log(Number(now) / Number(before));
      returns[i * t + k] = value;
      if (Number.isFinite(value)) setValid(valid, words, i, k);
    }
  });
  return { names: columns.map(({ name }) => name), times, input: { returns, valid, n, t } };
}
