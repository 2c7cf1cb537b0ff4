import { z } from 'zod';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { readLines } from './lines.ts';

/** One thing that a capture holds, in the order of its recording. */
export type CaptureRecord =
  /** A combined-stream frame as the venue sent it. */
  | { readonly kind: 'frame'; readonly at: number; readonly stream: string; readonly text: string }
  /** A REST snapshot of a book; `symbol` is null where the capture does not say. */
  | { readonly kind: 'snapshot'; readonly at: number; readonly symbol: string | null; readonly text: string }
  /** The venue's list of symbols. */
  | { readonly kind: 'listing'; readonly at: number; readonly text: string }
  /** REST candles. */
  | {
      readonly kind: 'candles';
      readonly at: number;
      readonly symbol: string;
      readonly interval: string;
      readonly text: string;
    };

/** A capture that cannot be used, and where. */
export class CaptureFault extends Error {
  readonly code: string;
  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

const envelopeSchema = z.object({ t: z.string() });
const receivedSchema = z.object({ ts: z.number(), data: z.string() });
const httpSchema = receivedSchema.extend({ url: z.string() });

/**
 * Reads a capture (`.gz` or plain) record by record; times are µs since 1970. Two envelopes:
 * `<receive ns> <raw JSON>` a line, and JSON lines with `t` (header, http, connect, send, recv).
 *
 * @throws CaptureFault at the first line that is neither.
 */
export async function* readCapture(file: string): AsyncGenerator<CaptureRecord> {
  let number = 0;
  let previous = -Infinity;
  try {
    for await (const line of readLines(file)) {
      number += 1;
      if (line === '') continue;
      const record = readLine(line);
      if (!record.ok)
        throw new CaptureFault(record.error.code, `${file}, line ${number}: ${record.error.sentence}`);
      if (!record.value) continue;
      // A recorder's clock may step back: the order of the file is the order of arrival.
      previous = Math.max(previous, record.value.at);
      yield { ...record.value, at: previous };
    }
  } catch (error) {
    if (error instanceof CaptureFault) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new CaptureFault('capture-unreadable', `${file} can't be read after line ${number}: ${cause}.`);
  }
}

/** Null for lines that carry no market data. */
export function readLine(line: string): Result<CaptureRecord | null> {
  return line.startsWith('{') ? readEnvelope(line) : readStamped(line);
}

function readStamped(line: string): Result<CaptureRecord | null> {
  const stamped = /^(\d{16,20}) (\{.*\})$/.exec(line);
  if (!stamped) return refuse('capture-line', 'neither "<nanoseconds> <JSON>" nor a JSON record.');
  const [, nanos = '', text = ''] = stamped;
  const at = Number(nanos.slice(0, -3));
  return readMarketText(at, text, null);
}

function readEnvelope(line: string): Result<CaptureRecord | null> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return refuse('capture-line', 'not JSON.');
  }
  const envelope = envelopeSchema.safeParse(parsed);
  if (!envelope.success) return refuse('capture-line', 'a JSON record without its type "t".');
  switch (envelope.data.t) {
    case 'recv': {
      const received = receivedSchema.safeParse(parsed);
      if (!received.success) return refuse('capture-line', 'a "recv" record without time and text.');
      return readMarketText(Math.round(received.data.ts * 1e6), received.data.data, null);
    }
    case 'http': {
      const http = httpSchema.safeParse(parsed);
      if (!http.success) return refuse('capture-line', 'an "http" record without time, address and text.');
      return readHttp(Math.round(http.data.ts * 1e6), http.data.url, http.data.data);
    }
    case 'header':
    case 'connect':
    case 'send':
    case 'close':
      return ok(null);
    default:
      return refuse('capture-line', `a record of the unknown type "${envelope.data.t.slice(0, 20)}".`);
  }
}

function readMarketText(at: number, text: string, symbol: string | null): Result<CaptureRecord | null> {
  const stream = /^\{"stream":"([^"]{1,80})"/.exec(text)?.[1];
  if (stream !== undefined) return ok({ kind: 'frame', at, stream, text });
  if (text.startsWith('{"lastUpdateId":')) return ok({ kind: 'snapshot', at, symbol, text });
  // Answers to subscriptions and the like; anything stranger is the adapter's to refuse.
  return ok(null);
}

function readHttp(at: number, address: string, text: string): Result<CaptureRecord | null> {
  let url: URL;
  try {
    url = new URL(address, 'http://capture.invalid');
  } catch {
    return refuse('capture-line', `"${address.slice(0, 60)}" is no address.`);
  }
  const symbol = url.searchParams.get('symbol');
  if (url.pathname.endsWith('/exchangeInfo')) return ok({ kind: 'listing', at, text });
  if (url.pathname.endsWith('/depth')) return readMarketText(at, text, symbol);
  const interval = url.searchParams.get('interval');
  if (url.pathname.endsWith('/klines') && symbol !== null && interval !== null) {
    return ok({ kind: 'candles', at, symbol, interval, text });
  }
  return ok(null);
}
