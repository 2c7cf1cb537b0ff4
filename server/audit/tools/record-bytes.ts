/** What a record's bytes say, looked at without and with reading them as JSON. Pure. */
import { isUtf8 } from 'node:buffer';
import { canonicalJson } from '../../../protocol/canonical.ts';

const SEQ = Buffer.from(',"seq":');
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const VERSION = 2;

/**
 * The sequence that the record in `bytes` from `start` to `end` names itself; null when it names none.
 * Behind the member `seq` of a canonical record comes no object, and inside a string its quotes are
 * escaped: the last `,"seq":` is the record's own.
 */
export function sequenceIn(bytes: Buffer, start: number, end: number): number | null {
  const at = bytes.lastIndexOf(SEQ, end - SEQ.length);
  if (at < start) return null;
  let value = 0;
  let i = at + SEQ.length;
  for (; i < end; i++) {
    const digit = bytes[i] ?? COMMA;
    if (digit < ZERO || digit > NINE) break;
    value = value * 10 + digit - ZERO;
  }
  return i > at + SEQ.length && bytes[i] === COMMA ? value : null;
}

/** What is wrong with the bytes as record `seq` in canonical JSON, as a predicate; null = nothing. */
export function encodingFault(payload: Buffer, seq: number): string | null {
  if (!isUtf8(payload)) return 'is not UTF-8';
  const text = payload.toString('utf8');
  try {
    const value = JSON.parse(text) as { readonly seq?: unknown; readonly v?: unknown } | null;
    if (canonicalJson(value) !== text) return 'is not canonical JSON';
    if (value?.v !== VERSION) return `is of a version that is not ${VERSION}`;
    return value.seq === seq ? null : 'names another sequence';
  } catch {
    return 'is not JSON';
  }
}
