/**
 * What is deliberately wrong with the venue at the moment, set over `/sim/*`: for drills and tests of its
 * clients. Nothing here is ever on by itself.
 */
export class Faults {
  /** Round trip added to REST and to the private socket. */
  latencyMillis = 0;
  /** Requests of this kind still to be swallowed: read, not acted on, never answered. */
  silentCancels = 0;
  silentOrders = 0;
  /** Orders still to be answered with an error after they were accepted: the client cannot know. */
  uncertainOrders = 0;
  /** Streams that say nothing while their connection lives on; a name, or a prefix ending in `@`. */
  readonly muted = new Set<string>();
  /** Symbols whose next depth message is lost. */
  readonly gaps = new Set<string>();

  isMuted(stream: string): boolean {
    if (this.muted.size === 0) return false;
    return this.muted.has(stream) || this.muted.has(stream.slice(0, stream.indexOf('@') + 1));
  }

  takeSilentCancel(): boolean {
    if (this.silentCancels <= 0) return false;
    this.silentCancels--;
    return true;
  }

  takeSilentOrder(): boolean {
    if (this.silentOrders <= 0) return false;
    this.silentOrders--;
    return true;
  }

  takeUncertainOrder(): boolean {
    if (this.uncertainOrders <= 0) return false;
    this.uncertainOrders--;
    return true;
  }
}
