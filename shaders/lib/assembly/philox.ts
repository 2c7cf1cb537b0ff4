// AssemblyScript: Philox4x32-10 (../philox.ts), four blocks at a time, a block to a lane. One round;
// the caller keeps the four words of its counters and the key, because a function returns one value.

export const M0: u32 = 0xd2511f53;
export const M1: u32 = 0xcd9e8d57;
export const WEYL0: i32 = 0x9e3779b9;
export const WEYL1: i32 = 0xbb67ae85;
export const ROUNDS: i32 = 10;

/** Lower words of the four 64-bit products whose lanes 0, 1 and 2, 3 are given. */
// @ts-ignore: decorator
@inline
export function lowWords(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
}

/** Upper words, the same. */
// @ts-ignore: decorator
@inline
export function highWords(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 1, 3, 5, 7);
}
