/** A text to be met, as it stands in a frame; words of four bytes make it faster to compare. */
export interface Literal {
  readonly bytes: Uint8Array;
  /** The last one overlaps the one before, so that it ends where the text ends. */
  readonly words: Int32Array;
}

export function literalOf(text: string): Literal {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const words = new Int32Array(bytes.length < 4 ? 0 : Math.ceil(bytes.length / 4));
  for (let word = 0; word < words.length; word++) {
    words[word] = view.getInt32(Math.min(word * 4, bytes.length - 4), true);
  }
  return { bytes, words };
}
