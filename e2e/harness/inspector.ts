import { WebSocket } from 'ws';
import type { Program } from './program.ts';

/**
 * Makes a thread of a running program really stop for a while, by its debugger: the one way to
 * block an event loop from outside without blocking the whole process.
 */
export function blockThread(program: Program, thread: string, ms: number): Promise<void> {
  const expression = `{ const until = performance.now() + ${ms}; while (performance.now() < until); }`;
  return runInThread(program, thread, expression);
}

/** Closes the n-th server that listens in a thread, and every connection to it, as a plug that is pulled. */
export function unplugServer(program: Program, thread: string, at: number): Promise<void> {
  const servers = 'process._getActiveHandles().filter(({ listening }) => listening)';
  const expression = `{ const server = ${servers}[${at}]; server.close(); server.closeAllConnections?.();
    for (const handle of process._getActiveHandles())
      if (handle.server === server || handle._server === server) handle.destroy(); }`;
  return runInThread(program, thread, expression);
}

/** Resolves when the thread has run it. Throws what it threw. */
async function runInThread(program: Program, thread: string, expression: string): Promise<void> {
  const url = await program.prints(/Debugger listening on (ws:\S+)/);
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  try {
    if (thread === 'main') {
      await ask(socket, 1, 'Runtime.evaluate', { expression });
      return;
    }
    const session = await sessionOf(socket, thread);
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
    const done = hears(socket, (said) => said.method === 'NodeWorker.receivedMessageFromWorker');
    await ask(socket, 3, 'NodeWorker.sendMessageToWorker', { sessionId: session, message });
    const { params } = await done;
    if (params?.message?.includes('"exceptionDetails"')) throw new Error(params.message);
  } finally {
    socket.close();
  }
}

interface Said {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly sessionId?: string;
    readonly message?: string;
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
