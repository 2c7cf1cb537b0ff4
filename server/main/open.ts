import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { nodeLogFiles } from '../audit/files.ts';
import { VERIFIER_FILE } from '../audit/head-files.ts';
import { loadAuditKey } from '../audit/key-file.ts';
import { lockDataDirectory, type DataLock } from '../audit/lock.ts';
import { AuditLog } from '../audit/log.ts';
import type { Recovered } from '../audit/recover.ts';
import type { HeadSigner } from '../audit/signer.ts';
import { Snapshots } from '../audit/snapshots.ts';
import { writePrivateFile } from '../auth/key-file.ts';
import { shiftTo, SystemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { loadConfig, loadVenueKey, type VenueKey } from '../config/load.ts';
import type { Overrides } from '../config/overrides.ts';
import { askChrony } from '../health/clock-chrony.ts';
import { ClockOffset } from '../health/clock-offset.ts';
import { timeAsker } from '../health/sntp-ask.ts';
import { checkKind, kindOf, type RunKind } from './kind.ts';
import { Journal } from './journal.ts';
import { productionRefusal } from './production.ts';
import { Fatal, need, step } from './say.ts';

export interface Opened {
  readonly config: Config;
  readonly kind: RunKind;
  readonly venueKey: VenueKey;
  readonly clock: SystemClock;
  /** How far the clock is from UTC: measured before anything opens, and again. */
  readonly utc: ClockOffset;
  /** By how much the wall clock was moved, µs; every thread moves its own as much. */
  readonly shift: number;
  /** Names this start: in records, and as the epoch of what consoles are told. */
  readonly run: string;
  readonly lock: DataLock;
  readonly journal: Journal;
  /** Why the last run did not end cleanly, in a sentence; null when it did, or there was none. */
  readonly crash: string | null;
  readonly log: AuditLog;
  /** The log's own key. */
  readonly signer: HeadSigner;
  readonly recovered: Recovered;
  readonly snapshots: Snapshots;
}

export interface OpenParts {
  /** Version and build of this program. */
  readonly code: string;
  /** What of the log's folder was not used, and why. */
  readonly passedOver: (sentence: string) => void;
}

/** What everything else stands on: the configuration, the clock, the locked directory and its log. */
export async function openAll(
  configFile: string,
  dataDir: string,
  overrides: Overrides,
  { code, passedOver }: OpenParts,
): Promise<Opened> {
  const config = need(loadConfig(configFile, overrides));
  const around = { nodeVersion: process.version, environment: process.env, nowMs: Date.now() };
  const refused = productionRefusal(config, configFile, around);
  if (refused) throw new Fatal(refused);
  const venueKey = need(loadVenueKey(config, configFile, process.env));
  const shift = config.clockStart === null ? 0 : shiftTo(config.clockStart);
  const clock = new SystemClock(shift);
  const utc = new ClockOffset({
    clock,
    ...config.clock,
    ask: timeAsker(clock),
    local: () => askChrony(clock),
    isSet: shift !== 0,
  });
  await step('clock', () => utc.start());
  const run = randomUUID();
  const lock = need(lockDataDirectory(dataDir));
  const journal = new Journal();
  const { log, recovered, snapshots, signer } = await step('audit log', async () => {
    const files = await nodeLogFiles(join(dataDir, 'audit'));
    const signer = need(
      loadAuditKey({
        file: join(dataDir, 'keys', 'audit.key'),
        verifierFile: join(dataDir, 'audit', VERIFIER_FILE),
        environment: process.env,
        write: writePrivateFile,
      }),
    );
    const opened = need(
      await AuditLog.open({
        clock,
        files,
        run,
        code,
        clockError: () => utc.errorNanos(),
        signer,
        onRecord: (record) => journal.add(record),
        restore: (parts) => journal.restore(parts),
        passedOver,
      }),
    );
    const fold = new Journal();
    fold.restore(journal.save());
    const snapshots = new Snapshots({
      log: opened.log,
      files,
      signer,
      code,
      fold,
      seq: opened.recovered.lastSequence,
      newest: opened.recovered.snapshot,
      failed: passedOver,
    });
    return { ...opened, snapshots, signer };
  });
  const kind = kindOf(config);
  need(checkKind(journal.kind, kind, dataDir));
  // What was cut may have been the record of a start: a torn end is never a clean stop.
  const torn = recovered.torn ? 'The audit log ended in a record that was not whole.' : null;
  const crash = journal.crash() ?? torn;
  return {
    config,
    kind,
    venueKey,
    clock,
    utc,
    shift,
    run,
    lock,
    journal,
    crash,
    log,
    signer,
    recovered,
    snapshots,
  };
}
