/**
 * Neighbours never share a colour, so the spins of one colour are updated at once and it is the same
 * as one after another. (All spins at once would sample another law: two spins that only follow each
 * other's last value are never correlated.)
 */
export interface Colouring {
  /** All spins, colour by colour. */
  readonly order: Uint32Array<ArrayBuffer>;
  /** Where each colour begins in `order`; one more than there are colours. */
  readonly starts: Uint32Array<ArrayBuffer>;
}

/** Greedy, the spins with most neighbours first (Welsh and Powell 1967): at most the largest degree + 1 colours. */
export function colour(neighboursOf: readonly (readonly number[])[]): Colouring {
  const n = neighboursOf.length;
  const degree = (i: number): number => neighboursOf[i]?.length ?? 0;
  const byDegree = Array.from({ length: n }, (_, i) => i).sort((a, b) => degree(b) - degree(a) || a - b);
  const colours = new Int32Array(n).fill(-1);
  for (const i of byDegree) {
    const taken = new Set((neighboursOf[i] ?? []).map((j) => colours[j]));
    let free = 0;
    while (taken.has(free)) free++;
    colours[i] = free;
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (colours[a] ?? 0) - (colours[b] ?? 0) || a - b,
  );
  const starts = [0];
  order.forEach((spin, at) => {
    if (at > 0 && colours[spin] !== colours[order[at - 1] ?? 0]) starts.push(at);
  });
  if (n > 0) starts.push(n);
  return { order, starts: Uint32Array.from(starts) };
}
