/** Longest text of a level that a state can be moved over: two numbers of sixteen digits, dots and colons. */
const LONGEST = 40;
const POLYNOMIAL = 0xedb88320;

/** CRC32's table: what a byte turns a state of 0 into. */
const BYTES = Int32Array.from({ length: 256 }, (_, byte) => {
  let state = byte;
  for (let bit = 0; bit < 8; bit++) state = (state & 1) === 0 ? state >>> 1 : (state >>> 1) ^ POLYNOMIAL;
  return state;
});

/** By length, then by place of the state's byte, then by its value. Filled when a length is first met. */
const shifts = new Int32Array((LONGEST + 1) * 1024);
const filled = new Uint8Array(LONGEST + 1);

const zeroBehind = (state: number): number => (BYTES[state & 255] ?? 0) ^ (state >>> 8);

/**
 * A CRC32 state behind `length` more zero bytes. A CRC is linear: the state behind any text is this, xor
 * what that text makes of a state of 0. So a level that did not change is passed in four look-ups.
 */
export function shifted(state: number, length: number): number {
  if (filled[length] === 0) fill(length);
  const at = length * 1024;
  return (
    (shifts[at + (state & 255)] ?? 0) ^
    (shifts[at + 256 + ((state >>> 8) & 255)] ?? 0) ^
    (shifts[at + 512 + ((state >>> 16) & 255)] ?? 0) ^
    (shifts[at + 768 + (state >>> 24)] ?? 0)
  );
}

function fill(length: number): void {
  for (let place = 0; place < 4; place++) {
    for (let byte = 0; byte < 256; byte++) {
      let state = byte << (8 * place);
      for (let passed = 0; passed < length; passed++) state = zeroBehind(state);
      shifts[length * 1024 + place * 256 + byte] = state;
    }
  }
  filled[length] = 1;
}

/** What the first `length` bytes make of a state of 0. For so few the runtime's own takes longer to be called. */
export function sumOf(bytes: Uint8Array, length: number): number {
  let state = 0;
  for (let at = 0; at < length; at++) {
    state = (BYTES[(state ^ (bytes[at] ?? 0)) & 255] ?? 0) ^ (state >>> 8);
  }
  return state;
}

/** The state that `byte` turns into `state`. */
export function before(state: number, byte: number): number {
  const index = BYTES.findIndex((entry) => entry >>> 24 === state >>> 24);
  return ((state ^ (BYTES[index] ?? 0)) << 8) | (index ^ byte);
}
