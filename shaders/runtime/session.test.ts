import { describe, expect, test } from 'vitest';
import type { GpuState } from './backend.ts';
import { GpuSession } from './session.ts';

type Offer = 'hardware' | 'software' | 'none' | 'no device';

/** A browser's GPU as far as a session sees it: what it offers is the test's to say. */
function rig(offer: { now: Offer }) {
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
    build: () => Promise.resolve('kernels'),
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
