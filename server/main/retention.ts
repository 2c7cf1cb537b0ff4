import type { ArchiveThread } from '../archive/archive-thread.ts';
import type { HoldBook } from '../archive/retention/holds.ts';
import { RetentionOffice } from '../archive/retention/office.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Snapshots } from '../audit/snapshots.ts';
import type { Clock } from '../clock.ts';

export interface RetentionWiring {
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly holds: HoldBook;
  readonly snapshots: Pick<Snapshots, 'covered'>;
  readonly archive: Pick<ArchiveThread, 'ask'>;
}

/** The log is read and segments are removed by the archive thread; what is said of it is said here. */
export function wireRetention({ log, clock, holds, snapshots, archive }: RetentionWiring) {
  const office = new RetentionOffice({
    ...{ log, clock, holds, covered: () => snapshots.covered },
    ask: (question) => archive.ask('retention', question),
    forget: () => archive.ask('store', { kind: 'forget' }),
  });
  return { office, holds };
}
