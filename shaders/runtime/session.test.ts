import { describe, expect, test } from 'vitest';
import type { GpuState } from './backend.ts';
import type { Calibration } from './calibration.ts';
import { GpuSession } from './session.ts';

type Offer = 'hardware' | 'software' | 'none' | 'no device';

/** A browser's GPU as far as a session sees it: what it offers is the test's to say. */
function rig(offer: { now: Offer }, measure: (() => Promise<Calibration>) | null = null) {
  const timers: { ms: number; then: () => void; cancelled: boolean }[] = [];
  const states: GpuState[] = [];
  const waiting = new Set<() => void>();
  let lose: ((info: { reason: string; message: string }) => void) | null = null;
  const device = (): object => ({
    lost: new Promise((resolve) => {
      lose = resolve;
    }),
    destroy: () => lose?.({ reason: 'destroyed', message: 'reset' }),
  });
  const adapter = (): object => ({
    info: {
      vendor: offer.now === 'software' ? 'swiftshader' : 'apple',
      architecture: '',
      device: '',
      description: '',
      isFallbackAdapter: false,
    },
    limits: {},
    requestDevice: () =>
      offer.now === 'no device' ? Promise.reject(new Error('busy')) : Promise.resolve(device()),
  });
  const session = new GpuSession<string>({
    gpu: {
      requestAdapter: () => Promise.resolve(offer.now === 'none' ? null : adapter()),
    } as unknown as GPU,
    software: false,
    build: (_context, progress) => {
      progress(1, 2);
      return Promise.resolve('kernels');
    },
    measure,
    now: () => 0,
    onChange: () => {
      states.push(session.state);
      notify();
    },
    after: (ms, then) => {
      const timer = { ms, then, cancelled: false };
      timers.push(timer);
      notify();
      return () => {
        timer.cancelled = true;
      };
    },
  });
  const notify = (): void => {
    for (const look of [...waiting]) look();
  };
  const when = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { session, timers, states, when, lose: () => lose?.({ reason: 'unknown', message: 'reset' }) };
}

describe('after a loss', () => {
  test.each<Offer>(['none', 'software', 'no device'])(
    '%s offered: still lost, asked again later, and ready when it is back',
    async (meanwhile) => {
      const offer: { now: Offer } = { now: 'hardware' };
      const { session, timers, when, lose } = rig(offer);
      const running = session.run();
      await when(() => session.state.kind === 'ready');
      offer.now = meanwhile;
      lose();
      await when(() => timers.length === 1);
      expect(session.state).toEqual({ kind: 'lost', why: 'reset' });
      timers[0]?.then();
      await when(() => timers.length === 2);
      expect(session.state.kind).toBe('lost');
      expect(timers[1]?.ms).toBeGreaterThan(timers[0]?.ms ?? Infinity);
      offer.now = 'hardware';
      timers[1]?.then();
      await when(() => session.state.kind === 'ready');
      expect(session).toMatchObject({ losses: 1, live: { kernels: 'kernels' } });
      session.close();
      await running;
    },
  );

  test('that no adapter ends is given up after a few tries, and called a loss', async () => {
    const offer: { now: Offer } = { now: 'hardware' };
    const { session, timers, states, when, lose } = rig(offer);
    const running = session.run();
    await when(() => session.state.kind === 'ready');
    offer.now = 'none';
    lose();
    for (let tries = 1; tries <= 7; tries++) {
      await when(() => timers.length === tries);
      timers[tries - 1]?.then();
    }
    await running;
    expect(session.state.kind).toBe('abandoned');
    expect(session.state).toMatchObject({
      why: expect.stringMatching(/was lost and did not come back/) as string,
    });
    expect(states.map(({ kind }) => kind)).not.toContain('absent');
  });

  test('a session that is closed while it waits asks no more', async () => {
    const offer: { now: Offer } = { now: 'hardware' };
    const { session, timers, when, lose } = rig(offer);
    const running = session.run();
    await when(() => session.state.kind === 'ready');
    offer.now = 'none';
    lose();
    await when(() => timers.length === 1);
    session.close();
    await running;
    expect(timers).toMatchObject([{ cancelled: true }]);
  });
});

test.each<[Offer, string]>([
  ['none', 'absent'],
  ['no device', 'absent'],
  ['software', 'unused'],
])('%s at the start is how the machine is: nothing was lost, nobody waits', async (now, kind) => {
  const { session, timers } = rig({ now });
  await session.run();
  expect(session.state.kind).toBe(kind);
  expect(timers).toHaveLength(0);
});

describe('a device is measured against the CPU', () => {
  const figures = { n: 512, t: 1024 };

  test('and used if it is not slower; after a loss nobody measures again', async () => {
    let measured = 0;
    const offer: { now: Offer } = { now: 'hardware' };
    const { session, states, when, lose } = rig(offer, () => {
      measured++;
      return Promise.resolve({ ...figures, gpuMs: 2, cpuMs: 2 });
    });
    const running = session.run();
    await when(() => session.state.kind === 'ready');
    expect(session.state).toMatchObject({ calibration: { gpuMs: 2, cpuMs: 2 } });
    expect(states).toContainEqual(expect.objectContaining({ kind: 'warming', done: 1, of: 2 }));
    lose();
    await when(() => session.generation === 2 && session.state.kind === 'ready');
    expect(measured).toBe(1);
    session.close();
    await running;
  });

  test('and let go if it is slower: that is no loss', async () => {
    const offer: { now: Offer } = { now: 'hardware' };
    const { session, states, timers } = rig(offer, () => Promise.resolve({ ...figures, gpuMs: 9, cpuMs: 2 }));
    await session.run();
    expect(session.state).toMatchObject({ kind: 'slower', calibration: { gpuMs: 9 } });
    expect(session).toMatchObject({ live: null, losses: 0 });
    expect(states.map(({ kind }) => kind)).not.toContain('ready');
    expect(timers).toHaveLength(0);
  });

  test('and a device lost while it is measured is a loss', async () => {
    const offer: { now: Offer } = { now: 'hardware' };
    const { session, states, when, lose } = rig(offer, () => {
      if (session.losses > 0) return Promise.resolve({ ...figures, gpuMs: 1, cpuMs: 2 });
      lose();
      return new Promise(() => undefined);
    });
    const running = session.run();
    await when(() => session.state.kind === 'ready');
    expect(states.map(({ kind }) => kind)).toContain('lost');
    expect(session.losses).toBe(1);
    session.close();
    await running;
  });
});
