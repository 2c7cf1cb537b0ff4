import { onLauncherGone } from './launcher-gone.ts';
import { readOptions } from './options.ts';
import { startSim, type Sim } from './start.ts';

/** A server that stops cleanly is gone by then. */
const LEAVE_MS = 20_000;

/**
 * The simulated exchange as a process. Prints one JSON line when it is ready; ends cleanly on SIGINT and
 * SIGTERM; a fault is one sentence on stderr and a non-zero exit. Options: `options.ts`.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options.ok) {
    fail(options.error.sentence);
    return;
  }
  let sim: Sim;
  try {
    sim = await startSim(options.value);
  } catch (error) {
    fail(sentenceOf(error, options.value.port));
    return;
  }
  const { port, rest, ws } = sim;
  process.stdout.write(`${JSON.stringify({ ready: true, port, rest, ws })}\n`);
  const end = (): void => {
    void sim.close().then(() => process.exit(0));
  };
  process.on('uncaughtException', (error) => {
    fail(`A fault that was not foreseen: ${error.message}`);
    process.exit(1);
  });
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  // Its server ends by the same cause and cancels its orders here first: the exchange is the last to go.
  onLauncherGone(() => void sim.whenLeft(LEAVE_MS).then(end));
}

function sentenceOf(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user.`;
  return error instanceof Error ? error.message : String(error);
}

function fail(sentence: string): void {
  process.stderr.write(`sim: ${sentence}\n`);
  process.exitCode = 1;
}

await main();
