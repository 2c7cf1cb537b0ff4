import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { nodeLogFiles } from '../audit/files.ts';
import { lockDataDirectory, type DataLock } from '../audit/lock.ts';
import { AuditLog } from '../audit/log.ts';
import type { Recovered } from '../audit/recover.ts';
import { shiftTo, SystemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { loadConfig, loadVenueKey, type VenueKey } from '../config/load.ts';
import type { Overrides } from '../config/overrides.ts';
import { checkKind, kindOf, type RunKind } from './kind.ts';
import { Journal } from './journal.ts';
import { Fatal, need, step } from './say.ts';

export interface Opened {
  readonly config: Config;
  readonly kind: RunKind;
  readonly venueKey: VenueKey;
  readonly clock: SystemClock;
  /** By how much the wall clock was moved, µs; every thread moves its own as much. */
  readonly shift: number;
  /** Names this start: in records, and as the epoch of what consoles are told. */
  readonly run: string;
  readonly lock: DataLock;
  readonly journal: Journal;
  /** Why the last run did not end cleanly, in a sentence; null when it did, or there was none. */
  readonly crash: string | null;
  readonly log: AuditLog;
  readonly recovered: Recovered;
}

/** What everything else stands on: the configuration, the clock, the locked directory and its log. */
export async function openAll(configFile: string, dataDir: string, overrides: Overrides): Promise<Opened> {
  const config = need(loadConfig(configFile, overrides));
  if (config.profile === 'production') {
    throw new Fatal({
      code: 'production-unfinished',
      sentence: 'The production profile is not finished in this version; use demo or paper.',
    });
  }
  const venueKey = need(loadVenueKey(config, configFile, process.env));
  const shift = config.clockStart === null ? 0 : shiftTo(config.clockStart);
  const clock = new SystemClock(shift);
  const run = randomUUID();
  const lock = need(lockDataDirectory(dataDir));
  const journal = new Journal();
  const { log, recovered } = await step('audit log', async () => {
    const files = await nodeLogFiles(join(dataDir, 'audit'));
    return need(await AuditLog.open({ clock, files, run, onRecord: (record) => journal.add(record) }));
  });
  const kind = kindOf(config);
  need(checkKind(journal.kind, kind, dataDir));
  // What was cut may have been the record of a start: a torn end is never a clean stop.
  const torn = recovered.torn ? 'The audit log ended in a record that was not whole.' : null;
  const crash = journal.crash() ?? torn;
  return { config, kind, venueKey, clock, shift, run, lock, journal, crash, log, recovered };
}
