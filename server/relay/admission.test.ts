import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { Harness, TestConsole } from './testing/harness.ts';

let harness: Harness;
afterEach(() => harness.stop());

async function refusalOf(options: Parameters<Harness['open']>[0]): Promise<TestConsole['refusal']> {
  const console = new TestConsole(harness.open(options));
  await console.until(() => console.refusal !== null || console.socket.connected);
  return console.refusal;
}

describe('who may connect', () => {
  it('a console of our page with a session gets in and hears the snapshot first', async () => {
    harness = await new Harness().start();
    const console = await harness.join();
    await console.until(() => console.messages.length > 0);
    expect(console.messages[0]).toMatchObject({ type: 'snapshot', epoch: 'epoch-1', seq: 10 });
  });

  it.each([
    ['a page of another origin', { origin: 'http://evil.example' }],
    ['a page of another port', { origin: 'http://localhost:1' }],
    ['no origin at all', { origin: '' }],
    ['an opaque origin', { origin: 'null' }],
    ['another name that leads here', { host: 'evil.example', origin: 'http://evil.example' }],
    ['the bare number', { host: '127.0.0.1', origin: 'http://127.0.0.1' }],
  ])('the WebSocket of %s is refused before the handshake', async (_, extraHeaders) => {
    harness = await new Harness().start();
    expect((await refusalOf({ extraHeaders }))?.code).toBe('transport');
    expect(harness.control.sent.filter(({ kind }) => kind === 'identify')).toEqual([]);
  });

  it('a configured name is ours', async () => {
    harness = await new Harness({ allowedHosts: ['desk.example'] }).start();
    expect(
      await refusalOf({ extraHeaders: { host: 'desk.example', origin: 'https://desk.example' } }),
    ).toBeNull();
  });

  it.each([
    [PROTOCOL_VERSION - 1, 'upgrade-console', 'upgrade the console'],
    [PROTOCOL_VERSION + 1, 'upgrade-server', 'upgrade the server'],
  ])('protocol %i is refused with %s', async (protocol, code, words) => {
    harness = await new Harness().start();
    const refusal = await refusalOf({ auth: { protocol, client: 'test' } });
    expect(refusal?.code).toBe(code);
    expect(refusal?.sentence).toContain(words);
  });

  it.each([[{}], [{ protocol: 'one', client: 'x' }], [{ protocol: 1, client: 'x'.repeat(99) }]])(
    'the handshake %j is refused',
    async (auth) => {
      harness = await new Harness().start();
      expect((await refusalOf({ auth }))?.code).toBe('bad-handshake');
    },
  );

  it('without a session: not signed in', async () => {
    harness = await new Harness().start();
    expect((await refusalOf({ extraHeaders: { cookie: 'cwts_session=stranger' } }))?.code).toBe(
      'not-signed-in',
    );
  });

  it('before the first state: not ready', async () => {
    harness = await new Harness({ withoutState: true }).start();
    expect((await refusalOf({}))?.code).toBe('not-ready');
  });

  it('when the control thread stays silent: refused after its time, not let in', async () => {
    harness = await new Harness().start();
    harness.answersIdentify = false;
    const refusal = refusalOf({});
    await harness.control.next('identify');
    harness.clock.advance(2000);
    expect((await refusal)?.code).toBe('not-ready');
  });

  it('one more than the limit hears why', async () => {
    harness = await new Harness({ limits: { connectionsPerAddress: 2 } }).start();
    await harness.join();
    await harness.join();
    expect((await refusalOf({}))?.code).toBe('too-many-connections');
  });

  it('an address that never says who it is takes no more than its share of the places', async () => {
    harness = await new Harness({ limits: { connections: 8, connectionsPerAddress: 2 } }).start();
    const strangers = Array.from(
      { length: 4 },
      () =>
        new WebSocket(`ws://127.0.0.1:${harness.port}/socket.io/?EIO=4&transport=websocket`, {
          headers: { host: `localhost:${harness.port}`, origin: `http://localhost:${harness.port}` },
        }),
    );
    await Promise.all(strangers.map((stranger) => once(stranger, 'message')));
    // The fifth of this address does not even get a socket.
    expect((await refusalOf({}))?.code).toBe('transport');
    for (const stranger of strangers) stranger.terminate();
  });

  it('a place that was left is free again', async () => {
    harness = await new Harness({ limits: { connections: 1 } }).start();
    const first = await harness.join();
    first.socket.disconnect();
    const stats = harness.control.next('stats');
    harness.clock.advance(1000);
    await stats;
    // The relay hears of the close on its own socket: ask until it has.
    let refusal = await refusalOf({});
    for (let tries = 0; refusal && tries < 20; tries++) refusal = await refusalOf({});
    expect(refusal).toBeNull();
  });
});

describe('a revoked session', () => {
  it('is disconnected in the same turn, told why, and others stay', async () => {
    harness = await new Harness().start();
    harness.sessions.set('cwts_session=bob', 'key-bob');
    const ada = await harness.join();
    const bob = await harness.join({ extraHeaders: { cookie: 'cwts_session=bob' } });
    await ada.settle();
    harness.control.deliver({ kind: 'revoke', sessionKey: 'key-ada', sentence: 'Signed out elsewhere.' });
    await ada.until(() => ada.closed !== null);
    expect(ada.messages.at(-1)).toEqual({ type: 'signed-out', sentence: 'Signed out elsewhere.' });
    await bob.settle();
    expect(bob.socket.connected).toBe(true);
  });

  it('hears nothing that is said after the revoke', async () => {
    harness = await new Harness().start();
    const ada = await harness.join();
    await ada.settle();
    harness.control.deliver({ kind: 'revoke', sessionKey: 'key-ada', sentence: 'Gone.' });
    harness.control.deliver({ kind: 'change', seq: 11, change: { type: 'health', rows: [] } });
    await ada.until(() => ada.closed !== null);
    expect(ada.messages.map(({ type }) => type)).toEqual(['snapshot', 'signed-out']);
  });

  it('is not let in when the revoke overtakes its admission', async () => {
    harness = await new Harness().start();
    harness.answersIdentify = false;
    const console = new TestConsole(harness.open());
    const asked = await harness.control.next<{ kind: 'identify'; id: number; cookie: null; address: '' }>(
      'identify',
    );
    harness.control.deliver({
      kind: 'identified',
      id: asked.id,
      session: { ...(await import('./testing/harness.ts')).session },
      sessionKey: 'key-ada',
    });
    harness.control.deliver({ kind: 'revoke', sessionKey: 'key-ada', sentence: 'Gone.' });
    await console.until(() => console.closed !== null);
    expect(console.messages).toEqual([]);
  });
});

it('a renewed session’s old sockets are closed as a network would, without a goodbye; others stay', async () => {
  harness = await new Harness().start();
  harness.sessions.set('cwts_session=bob', 'key-bob');
  const ada = await harness.join();
  const bob = await harness.join({ extraHeaders: { cookie: 'cwts_session=bob' } });
  await ada.settle();
  harness.control.deliver({ kind: 'reconnect', sessionKey: 'key-ada' });
  await ada.until(() => ada.closed !== null);
  // What socket.io reconnects after; "io server disconnect" would be for good.
  expect(ada.closed).toMatch(/^transport (close|error)$/);
  expect(ada.messages.map(({ type }) => type)).toEqual(['snapshot']);
  await bob.settle();
  expect(bob.socket.connected).toBe(true);
  // It is no revocation: the same key comes in again.
  const again = await harness.join();
  await again.settle();
  expect(again.socket.connected).toBe(true);
});
