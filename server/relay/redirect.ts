import { createServer, type Server } from 'node:http';
import { boundConnections } from './bound.ts';
import type { Door } from './door.ts';

const PER_ADDRESS = 32;

/** Plain HTTP beside a TLS port: says where the console is, reads nothing, passes nothing on. */
export function createRedirect(door: Door, address: string): Server {
  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 5000, requestTimeout: 5000 },
    (request, response) => {
      const isSafe = request.method === 'GET' || request.method === 'HEAD';
      const path = request.url?.startsWith('/') && !request.url.startsWith('//') ? request.url : '/';
      response.writeHead(isSafe ? 308 : 403, {
        ...(isSafe ? { location: `${address}${path}` } : {}),
        'content-length': 0,
        'cache-control': 'no-store',
        connection: 'close',
      });
      response.end();
    },
  );
  server.maxConnections = 256;
  boundConnections(server, door, PER_ADDRESS);
  server.on('clientError', (_, socket) => socket.destroy());
  server.on('upgrade', (_, socket) => socket.destroy());
  return server;
}
