/** Retention while no server runs: under the lock of the data directory, in its log. */
import { join } from 'node:path';
import { openAll } from './open.ts';
import { placesBeside } from './places.ts';
import { HoldBook } from '../archive/retention/holds.ts';
import { RetentionOffice } from '../archive/retention/office.ts';
import { RetentionPart } from '../archive/retention/retention-part.ts';

export interface Retention {
  readonly office: RetentionOffice;
  readonly holds: HoldBook;
}

/** Opens the log for `work` and closes it, with a snapshot behind what was written. Throws `Fatal`. */
export async function whileStopped<T>(
  configFile: string,
  dataDir: string,
  work: (retention: Retention) => Promise<T>,
): Promise<T> {
  const { code } = placesBeside(import.meta.url);
  const opened = await openAll(configFile, dataDir, {}, { code, passedOver: () => undefined });
  const { config, clock, utc, log, lock, journal, snapshots } = opened;
  try {
    const holds = new HoldBook({ clock, log }, journal.holds);
    const part = new RetentionPart({ auditDir: join(dataDir, 'audit'), days: config.retention });
    const office = new RetentionOffice({
      ...{ log, clock, holds, covered: () => snapshots.covered },
      ask: (question) => {
        part.head({ size: log.sequence, root: null });
        return part.ask(question);
      },
      // The store forgets what is gone when it is opened next.
      forget: () => Promise.resolve(),
    });
    return await work({ office, holds });
  } finally {
    utc.stop();
    await log.close();
    await snapshots.close();
    lock.release();
  }
}
