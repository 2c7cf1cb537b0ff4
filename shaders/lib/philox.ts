/**
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): a
 * block of four random words is a pure function of its counter and key, so that every backend and
 * every order of work draws the same numbers. Twins: philox.wgsl, assembly/philox.ts.
 */
const MULTIPLIER = [0xd2511f53, 0xcd9e8d57] as const;
/** What the key gains from round to round: the golden ratio and √3 − 1. */
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;

/**
 * @param counter four u32 words
 * @param key two u32 words: the seed
 * @param out where the four words go; pass one that is kept where this is called often
 */
export function philox4x32(
  counter: ArrayLike<number>,
  key: ArrayLike<number>,
  out: Uint32Array<ArrayBuffer> = new Uint32Array(4),
): Uint32Array<ArrayBuffer> {
  let c0 = counter[0] ?? 0;
  let c1 = counter[1] ?? 0;
  let c2 = counter[2] ?? 0;
  let c3 = counter[3] ?? 0;
  let k0 = key[0] ?? 0;
  let k1 = key[1] ?? 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(MULTIPLIER[0], c0);
    const high1 = mulHigh(MULTIPLIER[1], c2);
    const low0 = Math.imul(MULTIPLIER[0], c0);
    c0 = high1 ^ c1 ^ k0;
    c1 = Math.imul(MULTIPLIER[1], c2);
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL[0]) | 0;
    k1 = (k1 + WEYL[1]) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
  return out;
}

/** The upper word of the product of two u32, by halves: a double holds 53 bits, not 64. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carry >>> 16)) | 0;
}
