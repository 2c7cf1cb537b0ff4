import { describe, expect, test } from 'vitest';
import { GpuContext } from './context.ts';

const LIMIT_MS = 10_000;

/** A device that does nothing, and a clock that the test moves. */
async function rig() {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly then: () => void }>();
  let lose: (info: { reason: string; message: string }) => void = () => undefined;
  const lost = new Promise((resolve) => {
    lose = resolve;
  });
  const device = { lost, destroy: () => lose({ reason: 'destroyed', message: '' }) };
  const adapter = { limits: {}, requestDevice: () => Promise.resolve(device) } as unknown as GPUAdapter;
  const view = { vendor: '', architecture: '', description: '', isFallbackAdapter: false, software: true };
  const opened = await GpuContext.open({ adapter, view }, 1, () => now);
  if (!opened.ok) throw new Error(opened.error.sentence);
  const stuck = (giveUp: () => void): (() => void) => {
    const timer = { at: now + LIMIT_MS, then: giveUp };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const pass = (ms: number): void => {
    now += ms;
    for (const timer of [...timers]) {
      if (timer.at > now) continue;
      timers.delete(timer);
      timer.then();
    }
  };
  return { context: opened.value, stuck, pass, timers };
}

describe('work on a device', () => {
  test('may take as long as it likes while parts of it are answered', async () => {
    const { context, stuck, pass, timers } = await rig();
    let finish: (value: string) => void = () => undefined;
    const work = context.guard(
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
      stuck,
    );
    for (let part = 0; part < 5; part++) {
      pass(LIMIT_MS - 1);
      context.answered();
    }
    pass(LIMIT_MS - 1);
    finish('done');
    await expect(work).resolves.toBe('done');
    expect(timers.size).toBe(0);
  });

  test('is given up when nothing is answered any more, with its device', async () => {
    const { context, stuck, pass, timers } = await rig();
    const work = context.guard(new Promise<string>(() => undefined), stuck);
    pass(LIMIT_MS - 1);
    context.answered();
    pass(LIMIT_MS);
    await expect(work).rejects.toThrow('the device gave no answer');
    expect(await context.lost).toBe('device destroyed');
    // What still comes from it is nobody's answer.
    context.answered();
    expect(timers.size).toBe(0);
  });
});
