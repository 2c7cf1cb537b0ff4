/** The server's program: starts every part, says each step as a JSON line, stops cleanly on a signal. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './config/arguments.ts';
import { placesBeside } from './main/places.ts';
import { fatalOf, Fatal, say } from './main/say.ts';
import { startServer } from './main/start.ts';

const stopAsked = new Promise<void>((resolve) => {
  process.on('SIGINT', () => resolve());
  process.on('SIGTERM', () => resolve());
});

function fail(error: unknown, dataDir: string | null): never {
  const { code, sentence } = fatalOf(error);
  say({ fatal: sentence, code });
  if (code === 'failed' && dataDir !== null) keepStack(error, dataDir);
  process.exit(1);
}

/** For whoever looks into it; a person at the terminal gets the sentence. */
function keepStack(error: unknown, dataDir: string): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    appendFileSync(join(dataDir, 'failures.log'), `${new Date().toISOString()} ${stack}\n`, { mode: 0o600 });
  } catch {
    // A failure that can't be written down either: its sentence was said.
  }
}

const args = readArguments(process.argv.slice(2));
if (!args.ok) fail(new Fatal(args.error), null);
const { dataDir } = args.value;
// What nobody caught: the process ends, and the next start is halted.
process.on('uncaughtException', (error) => fail(error, dataDir));
process.on('unhandledRejection', (error) => fail(error, dataDir));

try {
  const server = await startServer(args.value, placesBeside(import.meta.url));
  say({ ready: true, console: server.consoleUrl, control: server.controlUrl, links: server.links });
  await stopAsked;
  say({ stopping: 'Closing the gate and cancelling our open orders.' });
  const { clean, sentence } = await server.stop();
  say({ stopped: sentence, clean });
  process.exit(clean ? 0 : 1);
} catch (error) {
  fail(error, dataDir);
}
