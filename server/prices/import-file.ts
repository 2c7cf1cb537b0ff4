/** A price file of a disk into the folder: packed anew, read as the console will read it, then kept. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { MAX_STORED_BYTES, type StoredPrices } from '../../protocol/prices.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import { importPrices, type ImportedPrices, type PriceFile } from '../../shaders/prices/import.ts';
import { MAX_BYTES } from '../../shaders/prices/limits.ts';
import { horizonOf } from '../../shaders/prices/panel.ts';
import { SizeGuard, tooBig, unpack } from '../../shaders/prices/unpack.ts';
import { stepName } from '../../shaders/prices/step.ts';
import type { PriceFolder } from './price-folder.ts';

export interface FileToImport {
  readonly file: string;
  readonly name: string;
  readonly asPrinted: boolean;
}

export interface Imported {
  readonly stored: StoredPrices;
  readonly panel: ImportedPrices;
}

/** What is done, and how much of it: 0 … 1. */
export type Told = (doing: 'packing' | 'reading', done: number) => void;

export async function importFile(
  { file, name, asPrinted }: FileToImport,
  folder: PriceFolder,
  now: Micros,
  told: Told,
): Promise<Result<Imported>> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return refuse('price-no-file', `There is no file ${file}.`);
  if (found.size > MAX_BYTES) return { ok: false, error: tooBig() };
  const draft = await folder.draft();
  try {
    const packed = await repack(file, draft, (read) => told('packing', read / Math.max(1, found.size)));
    if (!packed.ok) return packed;
    const { size: bytes } = await stat(draft);
    if (bytes > MAX_STORED_BYTES) {
      const most = `${MAX_STORED_BYTES / 1024 ** 2} MB`;
      return refuse('price-too-big', `Packed, the file is larger than ${most}; import a part of it.`);
    }
    const read = await importPrices(fileOf(draft, bytes), {
      asPrinted,
      progress: (done) => told('reading', done / Math.max(1, bytes)),
    });
    if (!read.ok) return read;
    // What no console could show is not kept for one to refuse.
    const horizon = horizonOf(read.value.step);
    if (!horizon.ok) return horizon;
    const stored = storedOf(read.value, { name, bytes, now });
    const kept = await folder.keep(draft, stored);
    return kept.ok ? ok({ stored, panel: read.value }) : kept;
  } finally {
    await rm(draft, { force: true });
  }
}

const streamOf = (file: string): ReadableStream<Uint8Array> =>
  Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;

const fileOf = (file: string, size: number): PriceFile => ({ stream: () => streamOf(file), size });

/** Every browser reads what lies here: one member, whatever the file was packed with, if at all. */
async function repack(from: string, to: string, read: (bytes: number) => void): Promise<Result<null>> {
  const guard = new SizeGuard();
  async function* text(): AsyncGenerator<Uint8Array> {
    for await (const chunk of unpack(streamOf(from), guard)) {
      const fault = guard.fault();
      if (fault) throw new Error(fault.sentence);
      read(guard.packed);
      yield chunk;
    }
  }
  try {
    await pipeline(text(), createGzip({ level: 6 }), createWriteStream(to, { mode: 0o600 }));
    return ok(null);
  } catch (error) {
    const fault = guard.fault();
    if (fault) return { ok: false, error: fault };
    const why = error instanceof Error ? error.message : String(error);
    return refuse('price-damaged', `The file could not be read to its end: ${why}.`);
  }
}

function storedOf(
  { names, times, from, step, sha256, report }: ImportedPrices,
  { name, bytes, now }: { readonly name: string; readonly bytes: number; readonly now: Micros },
): StoredPrices {
  return {
    ...{ sha256, name, bytes, cleaned: report.cleaned, step: stepName(step) },
    ...{ instruments: names.length, samples: times.length },
    from: from as Micros,
    to: (times.at(-1) ?? from) as Micros,
    findings: Object.values(report.counts).reduce((sum, count) => sum + count, 0),
    importedAt: now,
  };
}
