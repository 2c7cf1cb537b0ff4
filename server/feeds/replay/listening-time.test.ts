import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { ListeningTime } from './listening-time.ts';

/** A clock whose timers come as late as the test says: as a machine that runs something else. */
class LateClock extends ManualClock {
  #beat: () => void = () => undefined;
  #late = 0;
  override monotonicMicros(): number {
    return super.monotonicMicros() + this.#late;
  }
  override setRepeating(_everyMs: number, run: () => void): () => void {
    this.#beat = run;
    return () => (this.#beat = () => undefined);
  }
  /** The process was away so long; then its timer runs, once. */
  away(ms: number): void {
    this.#late += ms * 1000;
    this.#beat();
  }
}

describe('the time that listeners had', () => {
  it('passes at its rate while the process runs', () => {
    const clock = new ManualClock();
    const time = new ListeningTime(clock);
    clock.advance(100);
    expect(time.micros).toBe(0);
    time.runAt(10);
    clock.advance(100);
    expect(time.micros).toBe(1_000_000);
    time.runAt(0);
    clock.advance(100);
    expect(time.micros).toBe(1_000_000);
    time.stop();
    expect(clock.pending).toBe(0);
  });

  it('takes a processor that was away for no silence, however fast it plays', () => {
    const clock = new LateClock();
    const time = new ListeningTime(clock);
    for (const rate of [1, 50, 1000]) {
      time.runAt(rate);
      const before = time.micros;
      clock.away(3000);
      // Under the second after which a venue counts as silent.
      expect(time.micros - before).toBeLessThanOrEqual(250_000);
      expect(time.micros - before).toBeGreaterThan(0);
    }
  });

  it('counts of a beat that came late four beats at most, so that many of them make no silence either', () => {
    const clock = new LateClock();
    const time = new ListeningTime(clock);
    time.runAt(1);
    for (let beat = 0; beat < 10; beat += 1) clock.away(200);
    expect(time.micros).toBe(200_000);
  });
});
