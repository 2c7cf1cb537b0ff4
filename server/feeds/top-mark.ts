/** Says whether the best levels of a side that one reader copied last may be others by now. */
export class TopMark {
  /** The worst key that was copied; −∞ where there were fewer levels than asked for. */
  worst = -Infinity;
  /** Another number as soon as they may be others. */
  version = 0;

  /** The level at this key was set, taken away or cut off. */
  touch(key: number): void {
    if (key >= this.worst) this.version += 1;
  }

  touchAll(): void {
    this.version += 1;
  }
}
