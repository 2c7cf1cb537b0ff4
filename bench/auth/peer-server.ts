/** The whole server, but for its hashing: what `server/main.ts` does, for a bench. */
import { readArguments } from '../../server/config/arguments.ts';
import { openDiary } from '../../server/main/diary.ts';
import { placesBeside } from '../../server/main/places.ts';
import { say } from '../../server/main/say.ts';
import { startServer } from '../../server/main/start.ts';
import { PooledHashing } from './pooled-hashing.ts';

export async function servePeer(argv: readonly string[]): Promise<void> {
  const args = readArguments([...argv]);
  if (!args.ok) throw new Error(args.error.sentence);
  const places = placesBeside(new URL('../server/main.js', import.meta.url).href);
  const stopAsked = new Promise<void>((resolve) => process.on('SIGINT', () => resolve()));
  const server = await startServer(args.value, places, openDiary(), new PooledHashing());
  say({ ready: true, console: server.consoleUrl, control: server.controlUrl, links: server.links });
  await stopAsked;
  await server.stop();
  process.exit(0);
}
