import { MAX_FRAME_BYTES } from './json.ts';

/**
 * The frame that is being read: copied here, where the compiler knows where it is. A byte of a socket's
 * own buffer costs a look at whose memory it is of and where in it; the copy costs 10 ns. One frame at a
 * time, as a thread does one thing at a time.
 */

/** Behind every frame: no digit, and room to look at eight bytes from its last one on. */
const BEYOND = 8;

/** Memory that no frame has reached yet is not taken from anybody. */
export const FRAME = new Uint8Array(MAX_FRAME_BYTES + BEYOND);
/** The same, for words of any place. */
export const WORDS = new DataView(FRAME.buffer);

/** Copies a frame; returns how long it is, 0 where it is too long. */
export function takeFrame(bytes: Uint8Array): number {
  const length = bytes.length <= MAX_FRAME_BYTES ? bytes.length : 0;
  if (length > 0) FRAME.set(bytes);
  WORDS.setFloat64(length, 0);
  return length;
}

const FOUR_ZEROS = 0x30303030;

/** Four bytes as digits: 0 to 9 each where they are digits, the first one lowest. */
export const nibblesAt = (at: number): number => WORDS.getInt32(at, true) ^ FOUR_ZEROS;

/** How many of four bytes are digits, before the first that is none. */
export function digitsIn(nibbles: number): number {
  // Its highest bit marks a byte of 10 or more; a carry reaches only bytes behind such a one.
  const others = ((nibbles + 0x76767676) | nibbles) & 0x80808080;
  return others === 0 ? 4 : (31 - Math.clz32(others & -others)) >> 3;
}

/** The value of the first `count` of four digits, 1 to 4: two by two, then both pairs. */
export function valueOf(nibbles: number, count: number): number {
  const digits = nibbles << (32 - 8 * count);
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff00ff;
  return Math.imul(pairs, 100 * 65_536 + 1) >>> 16;
}
