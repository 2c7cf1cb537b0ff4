import type { LogHead } from '../archive/part.ts';

const KEPT = 256;

/** Signed roots that the projection has not reached yet: each is compared when it does. */
export class SignedRoots {
  #heads: { readonly size: number; readonly root: string }[] = [];

  add({ size, root }: LogHead): void {
    if (root === null || size <= (this.#heads.at(-1)?.size ?? 0)) return;
    this.#heads.push({ size, root });
    if (this.#heads.length > KEPT) this.#heads.shift();
  }

  /** How far to go from `seq` in one go: to the next signed size, at most to `size`. */
  nextSize(seq: number, size: number): number {
    return this.#heads.find((head) => head.size > seq && head.size < size)?.size ?? size;
  }

  /** The signed root of that size, or null; smaller ones are forgotten. */
  at(size: number): string | null {
    this.#heads = this.#heads.filter((head) => head.size >= size);
    const [first] = this.#heads;
    return first?.size === size ? first.root : null;
  }
}
