import { once } from 'node:events';
import type { Socket as NetSocket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ControlChange } from '../../protocol/messages.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { Harness } from './testing/harness.ts';

let harness: Harness;
afterEach(() => harness.stop());

const change = (profile: string): ControlChange => ({
  type: 'health',
  rows: [
    {
      id: profile,
      name: profile,
      state: 'ok',
      sentence: '',
      figures: [],
      since: 1 as never,
      checkedAt: 1 as never,
    },
  ],
});

describe('control messages', () => {
  it('arrive in order, each once, at every console', async () => {
    harness = await new Harness().start();
    const consoles = [await harness.join(), await harness.join()];
    for (let seq = 11; seq <= 60; seq++)
      harness.control.deliver({ kind: 'change', seq, change: change(`${seq}`) });
    for (const console of consoles) {
      await console.settle();
      expect(console.messages.slice(1).map((message) => ('seq' in message ? message.seq : null))).toEqual(
        Array.from({ length: 50 }, (_, i) => i + 11),
      );
    }
  });

  it('a console that comes later, or back, starts from a snapshot that has them all', async () => {
    harness = await new Harness().start();
    const first = await harness.join();
    await first.settle();
    first.socket.disconnect();
    harness.control.deliver({ kind: 'change', seq: 11, change: change('a') });
    harness.control.deliver({ kind: 'change', seq: 12, change: change('b') });
    first.socket.connect();
    await first.until(() => first.messages.length === 2);
    const snapshot = first.messages[1];
    expect(snapshot).toMatchObject({ type: 'snapshot', epoch: 'epoch-1', seq: 12, session: { user: 'ada' } });
    expect(snapshot?.type === 'snapshot' && snapshot.state.health[0]?.id).toBe('b');
    harness.control.deliver({ kind: 'change', seq: 13, change: change('c') });
    await first.until(() => first.messages.length === 3);
    expect(first.messages[2]).toMatchObject({ type: 'change', seq: 13 });
  });

  it('a whole new state is a new snapshot for all', async () => {
    harness = await new Harness().start();
    const console = await harness.join();
    harness.publishState(99);
    await console.settle();
    expect(console.messages.map((message) => ('seq' in message ? message.seq : null))).toEqual([10, 99]);
  });

  it('a gap in the sequence ends the thread rather than showing a state with a hole', async () => {
    harness = await new Harness().start();
    expect(() => harness.control.deliver({ kind: 'change', seq: 12, change: change('x') })).toThrow(
      'Change 12 came after change 10',
    );
  });

  it('a console that takes nothing is cut off once 4 MiB wait for it, and others go on', async () => {
    harness = await new Harness({ limits: { backlog: 300_000 } }).start();
    const other = await harness.join();
    const stopped = new WebSocket(`ws://127.0.0.1:${harness.port}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        host: `localhost:${harness.port}`,
        origin: `http://localhost:${harness.port}`,
        cookie: 'cwts_session=ada',
      },
    });
    await once(stopped, 'message');
    stopped.send(`40{"protocol":${PROTOCOL_VERSION},"client":"stopped"}`);
    await once(stopped, 'message');
    const connections = async (): Promise<number> => {
      const before = harness.control.sent.length;
      harness.clock.advance(1000);
      await other.settle();
      const stats = harness.control.sent.slice(before).find(({ kind }) => kind === 'stats');
      return stats?.kind === 'stats' ? stats.stats.clients : NaN;
    };
    expect(await connections()).toBe(2);
    // What `ws` offers to stop reading is the socket's own pause.
    (stopped as unknown as { _socket: NetSocket })._socket.pause();
    const long = change('x'.repeat(100_000));
    let seq = 10;
    while ((await connections()) === 2 && seq < 500) {
      harness.control.deliver({ kind: 'change', seq: ++seq, change: long });
    }
    expect(seq).toBeLessThan(500);
    await other.settle();
    expect(other.socket.connected).toBe(true);
    expect(other.messages.at(-1)).toMatchObject({ type: 'change', seq });
    stopped.terminate();
  });
});
