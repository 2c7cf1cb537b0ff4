import { io, type Socket } from 'socket.io-client';
import type { HaltView } from '../../protocol/halt.ts';
import type { ConsoleToServer, ServerToConsole } from '../../protocol/messages.ts';
import { consoleParser } from '../../protocol/socket-parser.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';

/** Hears of the halt as a console does. Returns how to stop. */
export function haltViews(base: string, cookie: string, onView: (view: HaltView) => void): () => void {
  const socket: Socket<ServerToConsole, ConsoleToServer> = io(base, {
    parser: consoleParser,
    transports: ['websocket'],
    auth: { protocol: PROTOCOL_VERSION, client: 'bench' },
    extraHeaders: { cookie, origin: base },
  });
  socket.on('message', (message) => {
    if (message.type === 'snapshot') onView(message.state.halt);
    else if (message.type === 'change' && message.change.type === 'halt') onView(message.change.halt);
  });
  return () => socket.disconnect();
}
