import type { Server } from 'node:net';
import { plainAddress } from '../config/addresses.ts';
import type { Door } from './door.ts';
import { ConnectionCount } from './limits.ts';

/**
 * Looks at each connection before a byte is read of it, a TLS handshake included: who is not heard, or has
 * so many open already, is answered nothing. A named proxy is its callers' address, whom it bounds itself.
 */
export function boundConnections(server: Server, door: Door, perAddress: number): void {
  const open = new ConnectionCount();
  server.on('connection', (socket) => {
    const { remoteAddress } = socket;
    const address = plainAddress(remoteAddress ?? '');
    const isFull = !door.isBehindProxy(remoteAddress) && open.of(address) >= perAddress;
    if (isFull || !door.hears(remoteAddress)) {
      socket.destroy();
      return;
    }
    open.add(address);
    socket.once('close', () => open.remove(address));
  });
}
