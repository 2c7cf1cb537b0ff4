// A recovery while no server runs: a program of its own appends to the log under the data lock.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configOf } from './config-of.mjs';
import { runningServer } from './host.mjs';
import { ROOT, shortPath } from './paths.mjs';
import { Trouble } from './say.mjs';

/** What the program said (`url`); null when a server runs there, which is asked instead. */
export async function recoverStopped(dir, user, config) {
  const server = runningServer(dir);
  if (server && (await answers(server.control))) return null;
  if (!existsSync(join(dir, 'audit'))) throw new Trouble(`${shortPath(dir)} is not a data directory.`);
  const program = join(ROOT, 'dist/node/server/recover.js');
  if (!existsSync(program)) throw new Trouble('Nothing is built; run npm run build.');
  const said = await run(program, ['--config', configOf(dir, config), '--data', dir, '--user', user]);
  if (said.url) return said;
  throw new Trouble(said.fatal ?? 'The recovery failed without saying why.');
}

async function answers(control) {
  try {
    const response = await fetch(`${control}/health`, { signal: AbortSignal.timeout(2000) });
    return (await response.json()).ok === true;
  } catch {
    return false;
  }
}

/** The JSON lines that it said, as one object. */
function run(program, args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (bytes) => (text += bytes));
    child.on('close', () => {
      const lines = text.split('\n').filter((line) => line.startsWith('{'));
      done(Object.assign({}, ...lines.map((line) => JSON.parse(line))));
    });
  });
}
