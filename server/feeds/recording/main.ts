/** Program of `npm run record` (built to record/main.js): writes a venue's market data into a file. */
import { readFileSync } from 'node:fs';
import { SystemClock } from '../../clock.ts';
import { readRecordOptions } from './options.ts';
import { record } from './record.ts';

const stopped = new Promise<void>((resolve) => {
  process.on('SIGINT', () => resolve());
  process.on('SIGTERM', () => resolve());
});

async function main(): Promise<void> {
  const options = readRecordOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
  if (!options.ok) {
    fail(options.error.sentence);
    return;
  }
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  const clock = new SystemClock();
  clock.keepAnchored();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const ended = await record(options.value, { clock, version, say, stopped, environment: process.env });
  if (ended.ok) say(ended.value);
  else fail(ended.error.sentence);
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

await main();
// Sockets and timers of the feed are closed; a peer that does not answer must not hold the program.
process.exit();
