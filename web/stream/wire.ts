import { io, type Socket } from 'socket.io-client';
import type { ConsoleToServer, ServerToConsole, Subscription } from '../../protocol/messages.ts';
import { consoleParser } from '../../protocol/socket-parser.ts';
import { PROTOCOL_VERSION, REFUSALS, type ConnectionRefusal } from '../../protocol/version.ts';

export interface SubscribeAnswer {
  readonly ok: boolean;
  readonly sentence: string;
}

/** The little that the stream client needs of a socket, so that tests need none. */
export interface Wire {
  onConnect: (listener: () => void) => void;
  /** `final`: socket.io will not connect again by itself. */
  onDisconnect: (listener: (sentence: string, final: boolean) => void) => void;
  /** `code` null: the server was not reached, and is tried again. */
  onRefused: (listener: (code: ConnectionRefusal | null, sentence: string) => void) => void;
  onMessage: (listener: (message: unknown) => void) => void;
  onFrame: (listener: (bytes: Uint8Array) => void) => void;
  /** Drops what is there and connects anew. */
  reconnect: () => void;
  disconnect: () => void;
  /** The server's answer; null when none came in time or the connection is gone. */
  subscribe: (subscription: Subscription) => Promise<SubscribeAnswer | null>;
  applied: (frames: number) => void;
  /** One question, one answer; null when none came in time or the connection is gone. No retries. */
  ask: (
    event: 'command' | 'candles' | 'history' | 'ticks' | 'time',
    question: unknown,
    timeoutMs: number,
  ) => Promise<unknown>;
}

/** socket.io as the console uses it: websocket only, our parser, nothing buffered, nothing retried. */
export function socketWire(url: string, client: string): Wire {
  const socket: Socket<ServerToConsole, ConsoleToServer> = io(url, {
    transports: ['websocket'],
    upgrade: false,
    autoConnect: false,
    parser: consoleParser,
    auth: { protocol: PROTOCOL_VERSION, client },
    timeout: 5000,
    reconnectionDelay: 250,
    reconnectionDelayMax: 2000,
    randomizationFactor: 0.4,
    withCredentials: true,
  });
  return {
    onConnect: (listener) => void socket.on('connect', listener),
    onDisconnect: (listener) =>
      void socket.on('disconnect', (reason) => {
        const byServer = reason === 'io server disconnect';
        listener(
          byServer ? 'The server closed the connection.' : 'The connection to the server broke.',
          byServer,
        );
      }),
    onRefused: (listener) =>
      void socket.on('connect_error', (error: Error & { data?: unknown }) => {
        const refusal = refusalOf(error.data);
        if (refusal) listener(refusal.code, refusal.sentence);
        else listener(null, 'The server cannot be reached.');
      }),
    onMessage: (listener) => void socket.on('message', listener),
    onFrame: (listener) => void socket.on('frame', listener),
    reconnect: () => {
      socket.disconnect();
      socket.connect();
    },
    disconnect: () => void socket.disconnect(),
    subscribe: async (subscription) => {
      if (!socket.connected) return null;
      try {
        const answer: unknown = await socket.timeout(5000).emitWithAck('subscribe', subscription);
        return isAnswer(answer) ? answer : null;
      } catch {
        return null;
      }
    },
    applied: (frames) => {
      if (socket.connected) socket.emit('applied', frames);
    },
    ask: async (event, question, timeoutMs) => {
      if (!socket.connected) return null;
      const patient = socket.timeout(timeoutMs) as unknown as {
        emitWithAck: (name: string, ...args: unknown[]) => Promise<unknown>;
      };
      try {
        return await (question === null ? patient.emitWithAck(event) : patient.emitWithAck(event, question));
      } catch {
        return null;
      }
    },
  };
}

function isAnswer(answer: unknown): answer is SubscribeAnswer {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'ok' in answer &&
    typeof answer.ok === 'boolean' &&
    'sentence' in answer &&
    typeof answer.sentence === 'string'
  );
}

function refusalOf(data: unknown): { code: ConnectionRefusal; sentence: string } | null {
  if (typeof data !== 'object' || data === null || !('code' in data)) return null;
  const code = REFUSALS.find((refusal) => refusal === data.code);
  if (!code) return null;
  const sentence = 'sentence' in data && typeof data.sentence === 'string' ? data.sentence : '';
  return { code, sentence };
}
