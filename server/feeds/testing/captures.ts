import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join, resolve } from 'node:path';

/** The folder of real captures; `CWTS_CAPTURES`, else beside the repository. */
export const capturesFolder = resolve(process.env['CWTS_CAPTURES'] ?? join('..', 'shared', 'data'));

/**
 * True where the real captures are. In CI they must be; elsewhere the tests that need them are
 * skipped, and this says so.
 */
export function haveCaptures(): boolean {
  if (existsSync(capturesFolder)) return true;
  if (process.env['CI']) throw new Error(`CI must have the real captures: ${capturesFolder} does not exist.`);
  console.warn(`Skipped: no real captures at ${capturesFolder} (set CWTS_CAPTURES).`);
  return false;
}

export function readExpected(folder: string): Record<string, ExpectedFile> {
  return JSON.parse(readFileSync(join(capturesFolder, folder, 'expected.json'), 'utf8')) as Record<
    string,
    ExpectedFile
  >;
}

export interface ExpectedFile {
  readonly channels: Readonly<Record<string, number>>;
  readonly seq_ok: number;
  readonly final_books: Readonly<
    Record<string, { bids: number; asks: number; best_bid: [string, string]; best_ask: [string, string] }>
  >;
  readonly bbo_match?: number;
}

export function readLines(...path: string[]): string[] {
  return gunzipSync(readFileSync(join(capturesFolder, ...path)))
    .toString('utf8')
    .split('\n');
}
