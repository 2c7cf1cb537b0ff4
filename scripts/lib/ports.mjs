import { createServer } from 'node:net';

/** The port if it can be listened on (a free one for 0), or null when something else has it. */
export function claimable(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => {
      const { port: got } = server.address();
      server.close(() => resolve(got));
    });
  });
}
