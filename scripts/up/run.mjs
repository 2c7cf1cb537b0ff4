// Starts everything, says one line a step with its time, and stops everything in the right order:
// the server first, because it cancels our open orders and confirms that none is left.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../lib/child.mjs';
import { claimDataDir, sizeOf, sizeText } from '../lib/data-dir.mjs';
import { install, isInstalled } from '../lib/packages.mjs';
import { ROOT, shortPath } from '../lib/paths.mjs';
import { claimable } from '../lib/ports.mjs';
import { line, main, step, Trouble } from '../lib/say.mjs';
import { readOptions, USAGE } from './options.mjs';
import { exchangeArguments, serverArguments } from './programs.mjs';

const STOP_WITHIN_MS = 30_000;

export function run(argv) {
  return main(async () => {
    const options = readOptions(argv);
    if (options.help) return console.log(USAGE);
    console.log(`CWTS Ultra Console, ${options.replay ? 'replay' : options.profile} profile`);
    await step('packages', async () => {
      if (isInstalled()) return 'as the lockfile says';
      await install();
      return 'installed from the lockfile';
    });
    await step('build', buildAll);
    const release = claimDataDir(options.dataDir, options.kind);
    try {
      line('data', `${shortPath(options.dataDir)}, ${sizeText(sizeOf(options.dataDir))}, locked`, 0);
      await live(options);
    } finally {
      release();
    }
  });
}

async function buildAll() {
  const said = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'scripts/build.mjs')], { cwd: ROOT });
    let text = '';
    let wrong = '';
    child.stdout.on('data', (bytes) => (text += bytes));
    child.stderr.on('data', (bytes) => (wrong += bytes));
    child.on('close', (code) => {
      if (code === 0) return resolve(text.trim());
      const rows = wrong.split('\n').filter((row) => row.startsWith('The build'));
      reject(new Trouble(rows[0] ?? 'The build failed; npm run build shows how.'));
    });
  });
  return said === '' ? 'nothing changed' : 'page, server and exchange';
}

async function claimPorts(first) {
  const names = ['console', 'strategies', 'simulated exchange'];
  const ports = [];
  for (const [offset, name] of names.entries()) {
    const port = first === 0 ? 0 : first + offset;
    const got = await claimable(port);
    if (got === null) {
      throw new Trouble(
        `Port ${port} (${name}) is busy: something else listens on it. Stop that, or give another with --port.`,
      );
    }
    ports.push(got);
  }
  return { console: ports[0], control: ports[1], exchange: ports[2] };
}

/** Runs the exchange and the server until Ctrl-C or until one of them ends. */
async function live(options) {
  const ports = await claimPorts(options.port);
  const logs = join(options.dataDir, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const children = [];
  const stopped = stopOnSignal();
  let ending = false;

  const begin = (name, program, args, onLine) => {
    const file = join(ROOT, 'dist/node', program);
    if (!existsSync(file)) throw new Trouble(`${shortPath(file)} was not built.`);
    const child = startChild(file, args, { logFile: join(logs, `${program.split('/')[0]}.log`), onLine });
    children.push({ name, child });
    return child;
  };
  const readyOrTrouble = (name, child) =>
    child.ready.catch((end) => {
      throw new Trouble(end.sentence ?? `The ${name} ended while it started (${howItEnded(end)}).`);
    });

  try {
    const started = Promise.race([
      stopped.then(() => null),
      (async () => {
        let exchange = null;
        if (!options.replay) {
          await step('exchange', async () => {
            const child = begin('simulated exchange', 'sim/main.js', await exchangeArguments(options, ports));
            exchange = await readyOrTrouble('simulated exchange', child);
            return options.profile === 'paper' ? 'paper account, fills against the live market' : 'simulated';
          });
        }
        const onLine = (said) => {
          if (typeof said.step === 'string' && !ending) line('server', said.step, said.ms ?? 0);
          const ended = said.stopped ?? said.stopping;
          if (typeof ended === 'string') console.log(`  ${ended}`);
        };
        const server = begin('server', 'server/main.js', serverArguments(options, ports, exchange), onLine);
        return readyOrTrouble('server', server);
      })(),
    ]);
    const ready = await started;
    if (ready) {
      announce(options, ready);
      const died = children.map(({ name, child }) => child.exited.then((end) => ({ name, end })));
      const first = await Promise.race([stopped, ...died]);
      if (first) {
        const why = first.end.sentence ? `: ${first.end.sentence}` : ` (${howItEnded(first.end)})`;
        throw new Trouble(`The ${first.name} stopped by itself${why}`);
      }
    }
  } finally {
    ending = true;
    await stopAll(children);
  }
}

function howItEnded({ code, signal }) {
  return signal ? `by ${signal}` : `exit code ${code}`;
}

/** Resolves with null at the first Ctrl-C or SIGTERM; a second one does not wait any longer. */
function stopOnSignal() {
  return new Promise((resolve) => {
    let asked = 0;
    const ask = () => {
      asked += 1;
      if (asked === 1) resolve(null);
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
    process.on('SIGHUP', ask);
  });
}

/** The server first: it cancels our open orders at the venue, confirms zero, and says so. */
async function stopAll(children) {
  const impatient = new Promise((resolve) => process.once('SIGINT', () => resolve('now')));
  for (const { name, child } of [...children].reverse()) {
    if (!child.running) continue;
    if (name === 'server')
      console.log('Stopping: the server cancels our open orders and confirms that none is left.');
    child.signal('SIGINT');
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(() => resolve('late'), STOP_WITHIN_MS)));
    const end = await Promise.race([child.exited, impatient, late]);
    clearTimeout(timer);
    if (end === 'now' || end === 'late') {
      child.signal('SIGKILL');
      await child.exited;
      process.exitCode = 1;
      console.error(
        end === 'now'
          ? `The ${name} was stopped without waiting for it.`
          : `The ${name} did not stop within ${STOP_WITHIN_MS / 1000} s and was ended.`,
      );
    } else if (end.code !== 0) {
      process.exitCode = 1;
      console.error(end.sentence ?? `The ${name} did not stop cleanly (${howItEnded(end)}).`);
    }
  }
}

function announce(options, ready) {
  const file = join(options.dataDir, 'run.json');
  writeFileSync(file, JSON.stringify({ console: ready.console, control: ready.control }), {
    mode: 0o600,
  });
  console.log(`\nConsole  ${ready.console}`);
  for (const { user, url } of ready.links ?? []) console.log(`  ${user.padEnd(10)} ${url}`);
  console.log('Each link works once, for 15 minutes, on this machine. Ctrl-C stops everything.');
  if (options.open && process.stdout.isTTY) openBrowser(ready.console);
}

function openBrowser(url) {
  const screen = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!screen) return;
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
