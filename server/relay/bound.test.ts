import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { boundConnections } from './bound.ts';
import { Door, PLAIN } from './door.ts';

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

async function listening(perAddress: number, trustedProxies: readonly string[] = []): Promise<void> {
  server = createServer();
  boundConnections(server, new Door({ ...PLAIN, trustedProxies }), perAddress);
  // One that was not let in is destroyed by now.
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    if (!socket.destroyed) socket.write('in');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Whether one more connection is let in; it stays open and says nothing. */
async function isLetIn(from = '127.0.0.1'): Promise<boolean> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  sockets.push(socket);
  socket.on('error', () => undefined);
  return Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
}

describe('connections of one address', () => {
  it('are so many at most; who says nothing takes no other’s place, and a place left is free again', async () => {
    await listening(3);
    expect([await isLetIn(), await isLetIn(), await isLetIn(), await isLetIn()]).toEqual([
      ...[true, true, true, false],
    ]);
    expect(await isLetIn('127.0.0.2'), 'another address').toBe(true);
    const [first] = sockets;
    first?.destroy();
    // The server hears of it on its own socket: asked until it has.
    let again = false;
    for (let tries = 0; !again && tries < 50; tries++) again = await isLetIn();
    expect(again).toBe(true);
    expect(await isLetIn()).toBe(false);
  });

  it('are not counted for a proxy that is named: it stands for many', async () => {
    await listening(1, ['127.0.0.1']);
    expect([await isLetIn(), await isLetIn(), await isLetIn()]).toEqual([true, true, true]);
  });
});
