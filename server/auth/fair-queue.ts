/**
 * Waiting work in a fair order: each owner's own in the order it came, the owners in turn, so that
 * whoever asks a hundred times holds up nobody who asks once. Bounded; pure.
 */
export class FairQueue<T> {
  readonly #owners = new Map<string, T[]>();
  readonly #limits: { readonly total: number; readonly perOwner: number };
  #size = 0;

  constructor(limits: { readonly total: number; readonly perOwner: number }) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** False: it is full, for this owner or for all. */
  push(owner: string, work: T): boolean {
    const queue = this.#owners.get(owner) ?? [];
    if (this.#size >= this.#limits.total || queue.length >= this.#limits.perOwner) return false;
    queue.push(work);
    this.#owners.set(owner, queue);
    this.#size += 1;
    return true;
  }

  /** The next owner's oldest; that owner then goes to the end of the row. */
  shift(): T | null {
    for (const [owner, queue] of this.#owners) {
      const work = queue.shift();
      this.#owners.delete(owner);
      if (work === undefined) continue;
      if (queue.length > 0) this.#owners.set(owner, queue);
      this.#size -= 1;
      return work;
    }
    return null;
  }
}
