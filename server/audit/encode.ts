/** Records as bytes, or the most of one that can be written down. */
import { canonicalRecordJson } from '../../protocol/canonical.ts';
import { FRAME_BYTES, MAX_PAYLOAD, sealFrame } from './frame.ts';
import { hashLeaf } from './hash.ts';
import type { Details, RecordEncoder, Stamped } from './record.ts';

/** Details up to this size survive shortening: a halt's state, an order, who and why. */
const DETAIL_CHARACTERS = 64 * 1024;
const DETAILS_CHARACTERS = 512 * 1024;
const FIRST_BYTES = 256 * 1024;

/**
 * The frames that are written and synced together, one behind the other in a buffer that is kept
 * from group to group: a record is written once, where the disk takes it from.
 */
export class Group {
  readonly #encoder: RecordEncoder;
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #ends: number[] = [];
  #length = 0;

  constructor(encoder: RecordEncoder) {
    this.#encoder = encoder;
  }

  /** Only when the group before is on disk, or given up. */
  clear(): void {
    this.#ends = [];
    this.#length = 0;
  }

  /** Whether the record is in the group now: not when it is too large, or nothing that JSON can say. */
  add(seq: number, stamped: Stamped): boolean {
    let text;
    try {
      text = this.#encoder.encode(seq, stamped);
    } catch {
      return false;
    }
    if (text.length > MAX_PAYLOAD) return false;
    // A UTF-16 unit is at most 3 bytes of UTF-8.
    this.#reserve(FRAME_BYTES + 3 * text.length);
    const written = this.#bytes.write(text, this.#length + FRAME_BYTES, 'utf8');
    if (written > MAX_PAYLOAD) return false;
    sealFrame(this.#bytes, this.#length, written);
    this.#length += FRAME_BYTES + written;
    this.#ends.push(this.#length);
    return true;
  }

  get length(): number {
    return this.#length;
  }

  frames(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The leaves of the records, in their order. */
  leaves(): Buffer[] {
    let from = 0;
    return this.#ends.map((end) => {
      const leaf = hashLeaf(this.#bytes.subarray(from + FRAME_BYTES, end));
      from = end;
      return leaf;
    });
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/**
 * The same entry without what of it can't be written, flagged `shortened`: halves of surrogate pairs
 * become U+FFFD, texts are cut, members that are too large or no JSON are named in `details.left`.
 */
export function shortened(stamped: Stamped): Stamped {
  const { entry } = stamped;
  const left: string[] = [];
  const before = entry.before && kept(entry.before, left, 'before.');
  const after = entry.after && kept(entry.after, left, 'after.');
  const assertion = entry.assertion && kept(entry.assertion, left, 'assertion.');
  const details = { ...kept(entry.details, left, ''), left };
  return {
    ...stamped,
    entry: {
      ...entry,
      details,
      ...(before ? { before } : {}),
      ...(after ? { after } : {}),
      ...(assertion ? { assertion } : {}),
      ...(entry.reason === undefined ? {} : { reason: wellFormed(entry.reason) }),
    },
    flags: [...stamped.flags, 'shortened'],
  };
}

function kept(members: Details, left: string[], path: string): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  let characters = 0;
  for (const [name, member] of Object.entries(members)) {
    const value = typeof member === 'string' ? wellFormed(member) : member;
    const length = lengthOf(value);
    const fits = length !== null && length <= DETAIL_CHARACTERS && characters + length <= DETAILS_CHARACTERS;
    if (fits) {
      characters += length;
      whole[name] = value;
    } else if (left.length < 20) left.push(wellFormed(path + name).slice(0, 64));
  }
  return whole;
}

/** null: JSON can't say it. */
function lengthOf(value: unknown): number | null {
  try {
    return value === undefined ? 0 : Buffer.byteLength(canonicalRecordJson(value));
  } catch {
    return null;
  }
}

/** As the platform's decoder has it: half a pair is U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
