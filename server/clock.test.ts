import { describe, expect, it } from 'vitest';
import { shiftTo, SystemClock, type ClockStep, type SystemTime } from './clock.ts';
import { ManualClock } from './testing/manual-clock.ts';

class Machine implements SystemTime {
  wallMs = 1_767_614_400_000;
  ns = 5_000_000_000n;
  dateNow = () => Math.floor(this.wallMs);
  hrtime = () => this.ns;
  pass(ms: number, wallMs = ms) {
    this.ns += BigInt(Math.round(ms * 1e6));
    this.wallMs += wallMs;
  }
}

describe('SystemClock', () => {
  it('runs on the monotonic clock between anchors', () => {
    const machine = new Machine();
    const clock = new SystemClock(0, machine);
    const start = clock.wallMicros();
    machine.pass(1500);
    expect(clock.wallMicros() - start).toBe(1_500_000);
  });

  it('R-52: a step of the wall clock is noticed, told once, and moves no duration', () => {
    const machine = new Machine();
    const clock = new SystemClock(0, machine);
    const steps: ClockStep[] = [];
    clock.onStep((step) => steps.push(step));
    const before = clock.monotonicMicros();
    machine.pass(1000, 1000 - 3_600_000);
    clock.anchor();
    machine.pass(1000);
    clock.anchor();
    expect(steps.map((step) => step.byMicros)).toEqual([-3_600_000_000]);
    expect(clock.monotonicMicros() - before).toBe(2_000_000);
    expect(Math.abs(clock.wallMicros() - machine.wallMs * 1000)).toBeLessThanOrEqual(1000);
  });

  it('takes up drift without calling it a step', () => {
    const machine = new Machine();
    const clock = new SystemClock(0, machine);
    let steps = 0;
    clock.onStep(() => (steps += 1));
    for (let i = 0; i < 600; i++) {
      machine.pass(1000, 1000.05);
      clock.anchor();
    }
    expect(steps).toBe(0);
    expect(Math.abs(clock.wallMicros() - machine.wallMs * 1000)).toBeLessThan(3000);
  });

  it('shifts to a start of its own', () => {
    const machine = new Machine();
    const clock = new SystemClock(shiftTo('2030-02-03T04:05:06Z', machine.dateNow()), machine);
    expect(Math.abs(clock.wallMicros() - Date.parse('2030-02-03T04:05:06Z') * 1000)).toBeLessThan(1000);
    expect(shiftTo('soon')).toBeNaN();
  });
});

it('R-51: nanoseconds say the same time as microseconds, with the shift, through drift and steps', () => {
  for (const shift of [0, 86_400_000_000]) {
    const machine = new Machine();
    const clock = new SystemClock(shift, machine);
    let before = clock.monotonicNanos();
    for (const [ms, wallMs] of [
      [0.000007, 0.000007],
      [1000, 1003],
      [1000, -3_600_000],
      [1000, 900],
    ] as const) {
      machine.pass(ms, wallMs);
      clock.anchor();
      expect(Math.abs(Number(clock.wallNanos() / 1000n) - clock.wallMicros())).toBeLessThanOrEqual(1);
      expect(clock.monotonicNanos()).toBeGreaterThan(before);
      before = clock.monotonicNanos();
    }
    const now = clock.wallNanos();
    machine.pass(0.000001);
    expect(clock.wallNanos() - now).toBe(1n);
  }
});

describe('ManualClock', () => {
  it('runs timers in order, repeating ones too, and never a cancelled one', () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    clock.setTimer(30, () => ran.push('late'));
    clock.setTimer(10, () => ran.push('early'));
    const cancel = clock.setRepeating(20, () => ran.push('again'));
    clock.setTimer(15, () => ran.push('never'))();
    clock.advance(45);
    cancel();
    clock.advance(100);
    expect(ran).toEqual(['early', 'again', 'late', 'again']);
  });
});
