import { describe, expect, it } from 'vitest';
import type { Envelope, Reply } from '../../protocol/commands.ts';
import type { HaltId, Micros, UserId } from '../../protocol/units.ts';
import { deliveryWords } from './halt-words.ts';
import { createHaltDelivery, REPEAT_MS } from './halt-delivery.ts';

const done: Reply = { ok: true, sentence: 'The gate is closed.', at: 1 as Micros, orderId: null };

/** A world in which the test owns the clock, and each way answers when it is told to. */
function world() {
  let now = 1000;
  let ids = 0;
  let tick: (() => void) | null = null;
  const sent: {
    way: 'socket' | 'http';
    envelope: Envelope;
    answer: (reply: Reply | null) => void;
    fail: () => void;
  }[] = [];
  const way = (name: 'socket' | 'http') => (envelope: Envelope) =>
    new Promise<Reply | null>((answer, reject) => {
      sent.push({ way: name, envelope, answer, fail: () => reject(new Error('unreachable')) });
    });
  const delivery = createHaltDelivery({
    sendBySocket: way('socket'),
    sendByHttp: way('http'),
    monotonic: () => now,
    wallMicros: () => now * 1000,
    every: (_ms, run) => {
      tick = run;
      return () => {
        tick = null;
      };
    },
    randomId: () => `0000000${++ids}`,
  });
  return {
    delivery,
    sent,
    get state() {
      return delivery.getState().delivery;
    },
    get repeating() {
      return tick !== null;
    },
    /** A tick of the other timer, right after. */
    extraTick: () => tick?.(),
    pass(ms: number) {
      for (let left = ms; left >= REPEAT_MS; left -= REPEAT_MS) {
        now += REPEAT_MS;
        tick?.();
      }
    },
  };
}

describe('a halt on its way (R-33)', () => {
  it('goes by socket and HTTP at once, and again every 250 ms, always as the same command', () => {
    const desk = world();
    desk.delivery.press('smoke');
    expect(desk.sent.map(({ way }) => way)).toEqual(['socket', 'http']);
    desk.pass(1000);
    expect(desk.sent).toHaveLength(10);
    expect(new Set(desk.sent.map(({ envelope }) => JSON.stringify(envelope)))).toHaveProperty('size', 1);
    expect(desk.state).toMatchObject({ kind: 'not-delivered', ageMs: 1000, sendings: 5 });
  });

  it('is delivered by whichever way answers first, and then stops', async () => {
    const desk = world();
    desk.delivery.press('smoke');
    desk.pass(500);
    desk.sent[0]?.fail();
    desk.sent[3]?.answer(done);
    await Promise.resolve();
    await Promise.resolve();
    expect(desk.state).toMatchObject({ kind: 'delivered', by: 'http', afterMs: 500, sendings: 3 });
    expect(desk.repeating).toBe(false);
    desk.pass(1000);
    expect(desk.sent).toHaveLength(6);
  });

  it('a refusal is shown and does not end it: the press goes on', async () => {
    const desk = world();
    desk.delivery.press('smoke');
    desk.sent[1]?.answer({ ok: false, code: 'x', sentence: 'Not signed in.', rule: null });
    await Promise.resolve();
    await Promise.resolve();
    expect(desk.state).toMatchObject({ kind: 'not-delivered', refusal: 'Not signed in.' });
    desk.pass(250);
    expect(desk.sent).toHaveLength(4);
  });

  it('silence is not an answer', async () => {
    const desk = world();
    desk.delivery.press('smoke');
    desk.sent[0]?.answer(null);
    await Promise.resolve();
    await Promise.resolve();
    expect(desk.state.kind).toBe('not-delivered');
  });

  it('a second press while one is under way is the same halt', () => {
    const desk = world();
    const first = desk.delivery.press('smoke');
    expect(desk.delivery.press('again')).toBe(first);
    expect(desk.sent).toHaveLength(2);
  });

  it('the state that shows this halt proves its delivery; another halt does not', () => {
    const desk = world();
    const id = desk.delivery.press('smoke');
    desk.delivery.seen('halt-of-another' as HaltId);
    desk.delivery.seen(null);
    expect(desk.state.kind).toBe('not-delivered');
    desk.delivery.seen(id);
    expect(desk.state).toMatchObject({ kind: 'delivered', by: 'state' });
  });

  it('a late answer to an old press says nothing about a new one', async () => {
    const desk = world();
    const first = desk.delivery.press('one');
    desk.delivery.seen(first);
    desk.delivery.clear();
    desk.delivery.press('two');
    desk.sent[0]?.answer(done);
    await Promise.resolve();
    await Promise.resolve();
    expect(desk.state.kind).toBe('not-delivered');
  });

  it('two timers that drive it send no more often than one', () => {
    const desk = world();
    desk.delivery.press('smoke');
    for (let step = 0; step < 4; step++) {
      desk.pass(250);
      desk.extraTick();
    }
    expect(desk.sent).toHaveLength(10);
  });
});

describe('whose press it is (R-33)', () => {
  const ann = { kind: 'user', user: 'ann' as UserId } as const;
  const bob = { kind: 'user', user: 'bob' as UserId } as const;
  const pressed = () => {
    const desk = world();
    desk.delivery.presser(ann);
    const haltId = desk.delivery.press('smoke');
    return { desk, haltId };
  };
  const words = ({ state }: ReturnType<typeof world>): string =>
    state.kind === 'not-delivered' ? deliveryWords(state) : '';

  it('signed out it goes on, and says who must sign in', () => {
    const { desk } = pressed();
    expect(words(desk)).not.toContain('Sign in');
    desk.delivery.presser({ kind: 'nobody' });
    desk.pass(500);
    expect(desk.sent).toHaveLength(6);
    expect(words(desk)).toContain('Sign in as ann to deliver it');
  });

  it('it is not sent in the name of another, nor while it is not known who signs in', () => {
    const { desk } = pressed();
    for (const other of [{ kind: 'changing' }, bob] as const) {
      desk.delivery.presser(other);
      desk.pass(1000);
      expect(desk.sent).toHaveLength(2);
      expect(words(desk)).toContain('ann’s press and is not sent in another’s name');
    }
    expect(desk.state).toMatchObject({ kind: 'not-delivered', ageMs: 2000 });
    desk.delivery.presser(ann);
    desk.pass(250);
    expect(desk.sent).toHaveLength(4);
  });

  it('the other can press for themselves, and only that press is sent', () => {
    const { desk, haltId } = pressed();
    desk.delivery.presser(bob);
    expect(desk.delivery.press('smoke')).not.toBe(haltId);
    desk.pass(250);
    expect(desk.sent.slice(2).map(({ envelope }) => envelope.command)).toMatchObject(
      [1, 2, 3, 4].map(() => ({ haltId: desk.state.kind === 'not-delivered' && desk.state.haltId })),
    );
    expect(desk.state).toMatchObject({ by: 'bob', held: false });
  });
});
