import { WebSocket } from 'ws';
import type { Program } from './program.ts';

/**
 * Makes a thread of a running program really stop for a while, by its debugger: the one way to
 * block an event loop from outside without blocking the whole process.
 */
export async function blockThread(program: Program, thread: string, ms: number): Promise<void> {
  const url = await program.prints(/Debugger listening on (ws:\S+)/);
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const expression = `{ const until = performance.now() + ${ms}; while (performance.now() < until); }`;
  try {
    if (thread === 'main') {
      await ask(socket, 1, 'Runtime.evaluate', { expression });
      return;
    }
    const session = await sessionOf(socket, thread);
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
    const done = hears(socket, (said) => said.method === 'NodeWorker.receivedMessageFromWorker');
    await ask(socket, 3, 'NodeWorker.sendMessageToWorker', { sessionId: session, message });
    await done;
  } finally {
    socket.close();
  }
}

interface Said {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly sessionId?: string;
    readonly workerInfo?: { readonly url?: string; readonly title?: string };
  };
}

/** The debugger's session of the worker whose file's or thread's name has `name` in it. */
async function sessionOf(socket: WebSocket, name: string): Promise<string> {
  const attached = hears(socket, ({ method, params }) => {
    const info = params?.workerInfo;
    return (
      method === 'NodeWorker.attachedToWorker' && `${info?.url ?? ''} ${info?.title ?? ''}`.includes(name)
    );
  });
  await ask(socket, 2, 'NodeWorker.enable', { waitForDebuggerOnStart: false });
  const { params } = await attached;
  if (params?.sessionId === undefined) throw new Error(`the thread ${name} gave no session`);
  return params.sessionId;
}

function hears(socket: WebSocket, wanted: (said: Said) => boolean): Promise<Said> {
  return new Promise((resolve) => {
    const listen = (bytes: Buffer): void => {
      const said = JSON.parse(bytes.toString()) as Said;
      if (!wanted(said)) return;
      socket.off('message', listen);
      resolve(said);
    };
    socket.on('message', listen);
  });
}

function ask(socket: WebSocket, id: number, method: string, params: object): Promise<Said> {
  const answer = hears(socket, (said) => said.id === id);
  socket.send(JSON.stringify({ id, method, params }));
  return answer;
}
