/** A record's bytes, or the most of it that can be written down. Pure. */
import { encodeFrame, MAX_PAYLOAD } from './frame.ts';
import { decodeRecord, encodeRecord, type Stamped } from './record.ts';

/** Details up to this size survive shortening: a halt's state, an order, who and why. */
const DETAIL_CHARACTERS = 64 * 1024;
const DETAILS_CHARACTERS = 512 * 1024;

/** The frame of a record; null when it is too large, or nothing that JSON can say. */
export function encode(seq: number, stamped: Stamped): Buffer | null {
  try {
    const payload = encodeRecord(seq, stamped);
    // Read back as a restart will: what it would refuse must not get in.
    if (payload.length > MAX_PAYLOAD || !decodeRecord(payload)) return null;
    return encodeFrame(payload);
  } catch {
    return null;
  }
}

/** The same entry without those of its details that can't be written, flagged `shortened`. */
export function shortened(stamped: Stamped): Stamped {
  const kept: Record<string, unknown> = {};
  const left: string[] = [];
  let characters = 0;
  for (const [key, value] of Object.entries(stamped.details)) {
    const length = lengthOf(value);
    if (length === null || length > DETAIL_CHARACTERS || characters + length > DETAILS_CHARACTERS) {
      if (left.length < 20) left.push(key.slice(0, 64));
      continue;
    }
    characters += length;
    kept[key] = value;
  }
  return { ...stamped, details: { ...kept, left }, flags: [...stamped.flags, 'shortened'] };
}

/** null: JSON can't say it. A `bigint` is written as a string. */
function lengthOf(value: unknown): number | null {
  try {
    const text = JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
    return Buffer.byteLength(text);
  } catch {
    return null;
  }
}
