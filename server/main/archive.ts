import { join } from 'node:path';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { ArchiveThread } from '../archive/archive-thread.ts';
import type { CopySettings } from '../archive/port.ts';
import type { AuditLog } from '../audit/log.ts';
import type { HeadSigner } from '../audit/signer.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { loadSecret } from '../config/secrets.ts';
import type { Diary } from './diary.ts';
import type { Places } from './places.ts';
import { reportsSettings } from './reports.ts';
import { need } from './say.ts';

export interface ArchiveWiring {
  readonly places: Pick<Places, 'archiveEntry'>;
  readonly config: Pick<Config, 'store' | 'audit' | 'reports' | 'retention' | 'bars'>;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly shift: number;
  readonly log: AuditLog;
  readonly signer: HeadSigner;
  readonly diary: Diary;
  /** It died or lives again: the health rows are to be read anew. */
  readonly changed: () => void;
}

/** The archive thread, told of every signed head of the log; `start` it when the server is up. */
export function wireArchive(wiring: ArchiveWiring): ArchiveThread {
  const { places, config, dataDir, environment, clock, shift, log, signer, diary, changed } = wiring;
  const url = need(loadSecret({ name: 'database-url', file: null, environment, variable: 'DATABASE_URL' }));
  const copyUrl = need(loadSecret({ name: 'copy-database-url', file: null, environment }));
  const archive = new ArchiveThread({
    entry: places.archiveEntry,
    settings: {
      auditDir: join(dataDir, 'audit'),
      store: { kind: config.store.kind, url: url?.text ?? null, folder: join(dataDir, 'store') },
      sealedTo: config.audit.sealedTo,
      copy: need(copySettings(config.audit, copyUrl?.text ?? null)),
      reports: need(reportsSettings(config.reports, { dataDir, signer, environment })),
      retention: config.retention,
      barDays: config.bars.days,
      clockShiftMicros: shift,
    },
    clock,
    // Nothing but reports is told from there: whoever writes of people or orders does it here.
    record: (entry) => {
      if (entry.action.startsWith('report.')) log.appendNow(entry);
    },
    changed: (dead) => {
      if (dead !== null) diary.error({ sentence: dead }, 'The archive thread ended.');
      changed();
    },
  });
  archive.headIs({ size: log.sequence, root: null });
  log.onHead(({ size, root }) => archive.headIs({ size, root: Buffer.from(root).toString('hex') }));
  return archive;
}

function copySettings({ copyTo, copyDatabase }: Config['audit'], url: string | null): Result<CopySettings> {
  if (copyTo !== null) return ok({ kind: 'folder', dir: copyTo });
  if (!copyDatabase) return ok(null);
  if (url !== null) return ok({ kind: 'database', url });
  return refuse(
    'copy-database-missing',
    'audit.copy_database asks for the address in CWTS_COPY_DATABASE_URL, and none is given.',
  );
}
