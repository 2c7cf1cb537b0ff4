export const HASH_SEED = 0x811c9dc5 | 0;

/** Two unlike multipliers, so that what one lets collide the other keeps apart. */
export const LOW_FACTOR = 0x01000193;
export const HIGH_FACTOR = 0x9e3779b1;
const TWO_32 = 2 ** 32;

/** 53 bits: one hash, and above it the upper 21 bits of the other, which every byte has reached. */
export const joined = (low: number, high: number): number => (high >>> 11) * TWO_32 + (low >>> 0);

/** An id that is no number, as a number of 53 bits: for telling trades apart, never for showing. */
export function idHashOf(text: string): number {
  let low = HASH_SEED;
  let high = HASH_SEED;
  for (const byte of Buffer.from(text)) {
    low = Math.imul(low ^ byte, LOW_FACTOR);
    high = Math.imul(high ^ byte, HIGH_FACTOR);
  }
  return joined(low, high);
}

export function foldInto(hash: number, byte: number): number {
  const upper = byte >= 97 && byte <= 122 ? byte - 32 : byte;
  return Math.imul(hash ^ upper, 0x01000193);
}

/** The same hash of a text, for the table that `foldedHash` is looked up in. */
export function foldedHashOf(text: string): number {
  let hash = HASH_SEED;
  for (let i = 0; i < text.length; i++) hash = foldInto(hash, text.charCodeAt(i));
  return hash;
}
