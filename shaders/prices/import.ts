import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { cleanReturns } from './clean.ts';
import { MAX_BYTES } from './limits.ts';
import type { CleaningReport } from './report.ts';
import type { Prices } from './rows.ts';
import { PriceTable } from './table.ts';
import { SizeGuard, tooBig, unpack } from './unpack.ts';

/** A file of prices: CSV, wide, packed by gzip or not. */
export interface PriceFile {
  readonly stream: () => ReadableStream<Uint8Array>;
  /** Bytes as it lies there. */
  readonly size: number;
}

export interface ImportOptions {
  /** Every return between neighbouring rows stays, bad prints included. */
  readonly asPrinted?: boolean;
  /** Bytes read of the file's, and rows found, now and then. */
  readonly progress?: (read: number, rows: number) => void;
  /** True: nobody waits for it any more. */
  readonly stopped?: () => boolean;
}

export interface ImportedPrices {
  readonly names: readonly string[];
  /** The close of each return, µs, rising. */
  readonly times: Float64Array<ArrayBuffer>;
  /** names.length × times.length, row by row, oldest first; NaN = none. */
  readonly returns: Float64Array<ArrayBuffer>;
  /** Bits of the returns there are: n × ⌈t/32⌉. */
  readonly valid: Uint32Array<ArrayBuffer>;
  /** The date that the first return starts from, µs. */
  readonly from: number;
  /** Usual distance of the rows, µs. */
  readonly step: number;
  /** Of the file (`PricesRead`). */
  readonly sha256: string;
  readonly report: CleaningReport;
}

/** What a file says, before anything is taken out of it. */
export interface PricesRead {
  readonly prices: Prices;
  /** Of the text, unpacked: the same prices are the same, packed or not. */
  readonly sha256: string;
}

/** Reads and checks a file. Whatever the bytes, it answers: a refusal says what and where. */
export async function readPrices(file: PriceFile, options: ImportOptions = {}): Promise<Result<PricesRead>> {
  if (file.size > MAX_BYTES) return { ok: false, error: tooBig() };
  const guard = new SizeGuard();
  const table = new PriceTable();
  const hash = sha256.create();
  try {
    for await (const chunk of unpack(file.stream(), guard)) {
      const fault = guard.fault() ?? table.push(chunk);
      if (fault) return { ok: false, error: fault };
      if (options.stopped?.() === true) return refuse('price-stopped', 'The import was stopped.');
      hash.update(chunk);
      options.progress?.(guard.packed, table.rows);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse('price-damaged', `The file could not be read to its end: ${why}.`);
  }
  const prices = table.finish();
  return prices.ok ? ok({ prices: prices.value, sha256: bytesToHex(hash.digest()) }) : prices;
}

/** Reads, checks and cleans a file. */
export async function importPrices(
  file: PriceFile,
  options: ImportOptions = {},
): Promise<Result<ImportedPrices>> {
  const read = await readPrices(file, options);
  return read.ok ? ok(cleaned(read.value, options.asPrinted === true)) : read;
}

/** Takes the prices: they are not what they were. */
export function cleaned({ prices, sha256: digest }: PricesRead, asPrinted: boolean): ImportedPrices {
  const { returns, findings, step } = cleanReturns(prices, asPrinted);
  const times = prices.times.slice(1);
  return {
    names: prices.names,
    times,
    returns,
    valid: validBits(returns, prices.names.length, times.length),
    from: prices.times[0] ?? 0,
    step,
    sha256: digest,
    report: findings.report(!asPrinted),
  };
}

function validBits(returns: Float64Array, n: number, t: number): Uint32Array<ArrayBuffer> {
  const words = Math.ceil(t / 32);
  const valid = new Uint32Array(n * words);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < t; k++) {
      if (!Number.isFinite(returns[i * t + k])) continue;
      const word = i * words + (k >>> 5);
      valid[word] = (valid[word] ?? 0) | (1 << (k & 31));
    }
  }
  return valid;
}
