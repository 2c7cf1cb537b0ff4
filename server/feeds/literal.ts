/** A text to be met, as it stands in a frame. Eight bytes are compared at once, as a double: no text is NaN or 0. */
export interface Literal {
  readonly bytes: Uint8Array;
  /** The last one overlaps the one before, so that it ends where the text ends. None of less than eight bytes. */
  readonly eights: Float64Array;
  /** Of four to seven bytes: the first four and the last four. */
  readonly first: number;
  readonly last: number;
}

export function literalOf(text: string): Literal {
  const bytes = new TextEncoder().encode(text);
  const { length } = bytes;
  const view = new DataView(bytes.buffer);
  const eights = new Float64Array(length < 8 ? 0 : Math.ceil(length / 8));
  for (let word = 0; word < eights.length; word++) {
    eights[word] = view.getFloat64(Math.min(word * 8, length - 8), true);
  }
  const four = (at: number): number => (length < 4 ? 0 : view.getInt32(at, true));
  return { bytes, eights, first: four(0), last: four(length - 4) };
}
