import type { BlockMeta, OpenBlock } from './block.ts';

/** Which blocks there are: the sealed ones are in the database, the newest is in memory. */
export class BlockIndex {
  /** Oldest first; replaced, never changed, so that a search that runs keeps what it began with. */
  #sealed: readonly BlockMeta[];
  open: OpenBlock | null = null;

  constructor(sealed: readonly BlockMeta[] = []) {
    this.#sealed = sealed;
  }

  get sealed(): readonly BlockMeta[] {
    return this.#sealed;
  }

  /** `block` is in the database from here on. */
  seal(block: OpenBlock): void {
    this.#sealed = [...this.#sealed, block.meta];
    if (this.open?.block === block.block) this.open = null;
  }

  /** What lies wholly within these blocks is not found any more. */
  drop(from: number, to: number): void {
    this.#sealed = this.#sealed.filter(({ block }) => block < from || block > to);
  }

  clear(): void {
    this.#sealed = [];
    this.open = null;
  }
}
