/** Price files made in tests, and what an import of them says. */
import type { Result } from '../../protocol/result.ts';
import { importPrices, type ImportedPrices, type ImportOptions } from './import.ts';

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The same bytes in pieces of `piece`, as a network brings them. */
export function streamOf(bytes: Uint8Array, piece = bytes.length): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.slice(at, at + piece));
      at += piece;
    },
  });
}

export function importBytes(
  bytes: Uint8Array,
  options: ImportOptions = {},
  piece = bytes.length,
): Promise<Result<ImportedPrices>> {
  return importPrices({ stream: () => streamOf(bytes, Math.max(1, piece)), size: bytes.length }, options);
}

export const importText = (text: string, options?: ImportOptions, piece?: number) =>
  importBytes(bytesOf(text), options, piece);

/** What is refused: its code and sentence. */
export async function refusalOf(text: string | Uint8Array): Promise<string> {
  const result = await importBytes(typeof text === 'string' ? bytesOf(text) : text);
  return result.ok ? 'imported' : `${result.error.code}: ${result.error.sentence}`;
}

export async function imported(text: string, options?: ImportOptions): Promise<ImportedPrices> {
  const result = await importText(text, options);
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}

/** Instrument `i`'s returns: null where there is none. */
export function rowOf({ returns, valid, times }: ImportedPrices, i: number): (number | null)[] {
  const t = times.length;
  const words = Math.ceil(t / 32);
  return Array.from({ length: t }, (_, k) =>
    ((valid[i * words + (k >>> 5)] ?? 0) >>> (k & 31)) & 1 ? (returns[i * t + k] ?? null) : null,
  );
}
