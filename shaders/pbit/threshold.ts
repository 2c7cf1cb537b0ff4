/**
 * P(spin up | its local field I) = (1 + tanh I)/2 = 1/(1 + e^(−2I)) as a u32: a spin goes up when a
 * random word is below it. A table in integers, because a shader's tanh may be off by 1e-5
 * (kernels.md, fact 6) and would be off differently on each machine.
 */

/** Fields and couplings are Q16: this many units to 1. */
export const ONE = 65536;
/** The table spans |I| ≤ 8 in steps of 2⁻⁸; beyond, the probability stays at 1.1e-7 or 1 − 1.1e-7. */
export const REACH = 8 * ONE;
export const ENTRIES = 4098;
const STEP_BITS = 8;
const MIDDLE = REACH >> STEP_BITS;
/** e^(−2·2⁻⁸): the odds from entry to entry. */
const ODDS_STEP = 0.9922179382602435;

/** By multiplication and division alone, which every engine rounds alike; `Math.exp` it may not. */
export const THRESHOLDS: Uint32Array<ArrayBuffer> = (() => {
  const table = new Uint32Array(ENTRIES);
  let odds = 1;
  for (let step = 0; step <= MIDDLE + 1; step++) {
    table[MIDDLE + step] = Math.min(0xffffffff, Math.round(2 ** 32 / (1 + odds)));
    if (step <= MIDDLE) table[MIDDLE - step] = Math.round((2 ** 32 * odds) / (1 + odds));
    odds *= ODDS_STEP;
  }
  return table;
})();

/** The threshold of a field in Q16; the last eight bits by interpolation, within 8e-7 of the formula. */
export function thresholdOf(field: number): number {
  const held = field < -REACH ? -REACH : field > REACH ? REACH : field;
  const at = (held + REACH) >>> STEP_BITS;
  const low = THRESHOLDS[at] ?? 0;
  return low + (Math.imul((THRESHOLDS[at + 1] ?? 0) - low, held & 0xff) >>> STEP_BITS);
}
