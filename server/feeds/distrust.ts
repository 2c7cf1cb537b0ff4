import { RateWindow } from './rate-window.ts';

/** So many refused messages within a minute are borne. */
export const BORNE = 20;
/** It is believed again when its book is in step and nothing was refused for so long, ms. */
export const CLEAN_MS = 10_000;

/** Whether one instrument is to be believed: too much of it was refused, until it is clean again, or a person said so. Pure: pace ms. */
export class Distrust {
  readonly #refusals = new RateWindow({ count: BORNE, perMs: 60_000 });
  #refusedAt = -Infinity;
  #isOn = false;
  /** A person quarantined it: only a person believes it again. */
  byHand = false;

  get isOn(): boolean {
    return this.#isOn || this.byHand;
  }

  /** A message of it was refused. True when that was one too many. */
  refused(now: number): boolean {
    this.#refusedAt = now;
    const isTooMany = this.#refusals.waitMs(now) > 0;
    this.#refusals.note(now);
    if (!isTooMany || this.#isOn) return false;
    this.#isOn = true;
    return true;
  }

  /** Looked at now and then; `synced`: its book was built anew since. */
  look(synced: boolean, now: number): void {
    if (!this.#isOn || !synced || now - this.#refusedAt < CLEAN_MS) return;
    this.#isOn = false;
    this.#refusals.clear();
  }
}
