/** Two losses within this time, and the GPU is not asked again in this session. */
export const LOSS_WINDOW_MS = 60_000;
const LOSSES_ALLOWED = 1;

/** When devices were lost; decides whether another try is worth it. */
export class LossLog {
  #at: number[] = [];
  count = 0;

  /** `now` in ms of a monotonic clock. False: too many, too close. */
  record(now: number): boolean {
    this.count++;
    this.#at = [...this.#at.filter((at) => now - at < LOSS_WINDOW_MS), now];
    return this.#at.length <= LOSSES_ALLOWED;
  }
}
