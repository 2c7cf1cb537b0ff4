/** The server's program: starts every part, says each step as a JSON line, stops cleanly on a signal. */
import { readArguments } from './config/arguments.ts';
import { openDiary } from './main/diary.ts';
import { onLauncherGone } from './main/launcher-gone.ts';
import { placesBeside } from './main/places.ts';
import { fatalOf, Fatal, say } from './main/say.ts';
import { startServer } from './main/start.ts';

const stopAsked = new Promise<void>((resolve) => {
  process.on('SIGINT', () => resolve());
  process.on('SIGTERM', () => resolve());
  onLauncherGone(resolve);
});

const diary = openDiary();

/** A person at the terminal gets the sentence; what nobody foresaw goes with its stack into the log. */
function fail(error: unknown): never {
  const { code, sentence } = fatalOf(error);
  say({ fatal: sentence, code });
  if (code === 'failed') diary.fatal({ err: error }, sentence);
  process.exit(1);
}

const args = readArguments(process.argv.slice(2));
if (!args.ok) fail(new Fatal(args.error));
// What nobody caught: the process ends, and the next start is halted.
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

try {
  const server = await startServer(args.value, placesBeside(import.meta.url), diary);
  diary.info({ console: server.consoleUrl, control: server.controlUrl }, 'Started.');
  say({ ready: true, console: server.consoleUrl, control: server.controlUrl, links: server.links });
  await stopAsked;
  say({ stopping: 'Closing the gate and cancelling our open orders.' });
  const { clean, sentence } = await server.stop();
  diary.info({ clean }, sentence);
  say({ stopped: sentence, clean });
  process.exit(clean ? 0 : 1);
} catch (error) {
  fail(error);
}
