// A program of ours in its own process: it says what it does in JSON lines on stdout, each handed
// to `onLine`; everything it prints goes to its log as well, but for the login links.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Starts `node program …args`.
 * `ready` resolves with its line that has `ready`, and rejects with a sentence if it ends before.
 * `exited` resolves with `{ code, signal, sentence }`, the sentence being the last thing it said of
 * why (a `fatal` line, else the last line on stderr), or null.
 */
export function startChild(program, args, { logFile, env = process.env, onLine = () => undefined }) {
  // A group of its own: Ctrl-C in a terminal reaches this process only, which stops the others in order.
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...env, CWTS_ENDS_WITH_STDIN: '1' },
    detached: true,
    // Nothing is written to it. When this process dies, however it dies, the system closes it, and
    // the program at its other end stops as on a signal.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  const log = createWriteStream(logFile, { mode: 0o600 });
  log.on('error', () => undefined);
  let sentence = null;
  let isReady = () => undefined;
  let isOver = () => undefined;
  const ready = new Promise((resolve, reject) => {
    isReady = resolve;
    isOver = reject;
  });
  ready.catch(() => undefined);
  createInterface({ input: child.stdout }).on('line', (text) => {
    const said = parse(text);
    log.write(`${said ? withoutSecrets(said) : text}\n`);
    if (!said) return;
    if (typeof said.fatal === 'string') sentence = said.fatal;
    if (said.ready === true) isReady(said);
    onLine(said);
  });
  createInterface({ input: child.stderr }).on('line', (text) => {
    log.write(`${text}\n`);
    // The head of an uncaught error's stack, or a sentence; not the frames below it, not a log's line.
    if (/^\S/.test(text) && !/^(Node\.js v|node:|file:|\{)/.test(text)) sentence ??= text;
  });
  const exited = new Promise((resolve) => {
    child.once('error', (error) => {
      sentence ??= error.message;
      resolve({ code: 1, signal: null, sentence });
    });
    child.once('close', (code, signal) => resolve({ code, signal, sentence }));
  }).then((end) => {
    log.end();
    isOver(end);
    return end;
  });
  return {
    ready,
    exited,
    pid: child.pid,
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    signal: (name) => child.kill(name),
  };
}

/** A log file outlives the 15 minutes of a link and is read by others than its user. */
function withoutSecrets(said) {
  const { links, ...rest } = said;
  return JSON.stringify(links === undefined ? rest : { ...rest, links: 'left out' });
}

function parse(text) {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
