import type { WebSocket } from 'ws';

/** Server pings each 20 s, a pong within 60 s, 24 h of life: web-socket-streams.md. */
export interface SocketTimes {
  readonly pingMillis: number;
  readonly pongMillis: number;
  readonly lifeMillis: number;
}
export const BINANCE_TIMES: SocketTimes = { pingMillis: 20_000, pongMillis: 60_000, lifeMillis: 86_400_000 };

/** More than this waiting to be sent: the client is too slow and is dropped. */
const MOST_BUFFERED = 32 * 1024 * 1024;

/** Pings a connection, drops it when it stops answering or has lived its day. Returns the way to stop. */
export function keepAlive(socket: WebSocket, times: SocketTimes): () => void {
  let unanswered = 0;
  const ping = setInterval(() => {
    if (unanswered * times.pingMillis >= times.pongMillis) {
      socket.terminate();
      return;
    }
    unanswered++;
    socket.ping(String(Date.now()));
  }, times.pingMillis);
  const life = setTimeout(() => socket.close(1008, 'disconnected'), times.lifeMillis);
  socket.on('pong', () => (unanswered = 0));
  const stop = (): void => {
    clearInterval(ping);
    clearTimeout(life);
  };
  socket.on('close', stop);
  return stop;
}

/** Sends, or drops a client that does not read. */
export function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MOST_BUFFERED) socket.terminate();
  else socket.send(text);
}

/** A message as text, whatever frames it came in. */
export function messageText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as Buffer).toString('utf8');
}
