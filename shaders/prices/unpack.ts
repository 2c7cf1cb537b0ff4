import type { Refusal } from '../../protocol/result.ts';
import { joined } from './joined.ts';
import { MAX_BYTES, MAX_RATIO, RATIO_TOLD_FROM } from './limits.ts';

/** What of a file has come in, and what it unpacked to: bounded, both and their ratio. */
export class SizeGuard {
  packed = 0;
  unpacked = 0;

  /** Null: go on. */
  fault(): Refusal | null {
    if (this.packed > MAX_BYTES || this.unpacked > MAX_BYTES) return tooBig();
    if (this.unpacked > RATIO_TOLD_FROM && this.unpacked > MAX_RATIO * this.packed) {
      const sentence = `The file unpacks to more than ${MAX_RATIO} times its size: no prices do that.`;
      return { code: 'price-bomb', sentence };
    }
    return null;
  }
}

export function tooBig(): Refusal {
  const most = `${MAX_BYTES / 1024 ** 3} GB`;
  return { code: 'price-too-big', sentence: `The file is larger than ${most}; import a part of it.` };
}

/** The file's text as it comes, whether it is packed by gzip or not. @throws when it is damaged. */
export async function* unpack(
  file: ReadableStream<Uint8Array>,
  guard: SizeGuard,
): AsyncGenerator<Uint8Array> {
  const reader = file.getReader();
  try {
    const first = await beginning(reader);
    const rest = rejoined(first, reader, guard);
    if (!isGzip(first)) {
      for await (const chunk of chunks(rest)) {
        guard.unpacked += chunk.length;
        yield chunk;
      }
      return;
    }
    const text = rest.pipeThrough(new DecompressionStream('gzip') as GenericTransform);
    for await (const chunk of chunks(text)) {
      guard.unpacked += chunk.length;
      yield chunk;
    }
  } finally {
    // Whoever stops early lets the file go.
    await reader.cancel().catch(() => undefined);
  }
}

/** Typed the same in Node and in browsers. */
type GenericTransform = ReadableWritablePair<Uint8Array, Uint8Array>;

/** Enough to tell by: a stream may begin with a single byte. */
async function beginning(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < 2) {
    const { value } = await reader.read();
    if (value === undefined) break;
    start = joined(start, value);
  }
  return start;
}

const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

function rejoined(
  first: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  guard: SizeGuard,
): ReadableStream<Uint8Array> {
  let next: Uint8Array | null = first;
  return new ReadableStream({
    async pull(controller) {
      const chunk = next ?? (await reader.read()).value;
      next = null;
      if (chunk === undefined) {
        controller.close();
        return;
      }
      guard.packed += chunk.length;
      controller.enqueue(chunk);
    },
  });
}

async function* chunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Not cancelled: Node's decompression stream goes on writing into what was, and throws at nobody
    // (ERR_INVALID_STATE). It stands still where nobody reads, and its input ends with the file.
    reader.releaseLock();
  }
}
