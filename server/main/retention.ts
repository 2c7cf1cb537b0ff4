import type { Days } from '../archive/retention/families.ts';
import type { HoldBook } from '../archive/retention/holds.ts';
import { RetentionOffice } from '../archive/retention/office.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Snapshots } from '../audit/snapshots.ts';
import type { Clock } from '../clock.ts';
import type { Result } from '../../protocol/result.ts';

export interface RetentionWiring {
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly days: Days;
  readonly holds: HoldBook;
  readonly snapshots: Pick<Snapshots, 'covered'>;
  /** A question to a part of the archive thread, by its name. */
  readonly ask: (part: string, question: unknown) => Promise<Result<unknown>>;
}

/** The log is read and segments are removed by the archive thread; what is said of it is said here. */
export function wireRetention({ log, clock, days, holds, snapshots, ask }: RetentionWiring) {
  const office = new RetentionOffice({
    ...{ log, clock, holds, covered: () => snapshots.covered },
    ask: (question) => ask('retention', question),
    forget: () => ask('store', { kind: 'forget' }),
  });
  return { days, office, holds };
}
