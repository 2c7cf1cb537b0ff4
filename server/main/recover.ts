/**
 * The program behind `npm run admin -- recover` while no server runs: makes a reset link for an
 * administrator, in the log of the data directory and under its lock, and says it as a JSON line.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unitSchema } from '../../protocol/units.ts';
import { Auth } from '../auth/auth.ts';
import { HashingThreads } from '../auth/hashing.ts';
import { loadSealingKey } from '../auth/key-file.ts';
import { consoleAddress } from '../config/listening.ts';
import { Alarms } from '../health/alarms.ts';
import { NoteBook } from '../people/note-book.ts';
import { RestrictedList } from '../people/restricted-list.ts';
import { openAll } from './open.ts';
import { peopleParts } from './people.ts';
import { placesBeside } from './places.ts';
import { Fatal, fatalOf, need, say } from './say.ts';

async function recover(configFile: string, dataDir: string, user: string): Promise<string> {
  const places = placesBeside(import.meta.url);
  const opened = await openAll(configFile, dataDir, {}, { code: places.code, passedOver: () => undefined });
  const { config, clock, utc, log, lock, journal } = opened;
  try {
    const sealingKey = need(loadSealingKey(join(dataDir, 'secrets.key'), journal.auth.users.values()));
    const hashing = new HashingThreads(places.hashingEntry);
    const auth = new Auth({ clock, log, sealingKey, randomBytes, hashing }, journal.auth);
    const parts = peopleParts({
      auth,
      log,
      alarms: new Alarms(clock, log, journal.alarms),
      notes: new NoteBook({ clock, log }, journal.notes),
      restrictions: new RestrictedList({ clock, log }, journal.restrictions),
    });
    const known = unitSchema.user.safeParse(user);
    if (!known.success)
      throw new Fatal({ code: 'unknown-user', sentence: `"${user}" is not a user's name.` });
    const link = need(await parts.recover(known.data));
    return `${consoleAddress(config.console, config.console.port)}/enrol#token=${link.token}`;
  } finally {
    utc.stop();
    await log.close();
    lock.release();
  }
}

const { values } = parseArgs({
  options: { config: { type: 'string' }, data: { type: 'string' }, user: { type: 'string' } },
});
try {
  const { config, data, user } = values;
  if (config === undefined || data === undefined || user === undefined) {
    throw new Fatal({ code: 'arguments', sentence: 'usage: recover --config FILE --data DIR --user NAME.' });
  }
  say({ url: await recover(config, data, user) });
  process.exit(0);
} catch (error) {
  const { code, sentence } = fatalOf(error);
  say({ fatal: sentence, code });
  process.exit(1);
}
