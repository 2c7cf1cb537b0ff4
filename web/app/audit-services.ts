import { AuditLink } from '../audit/link.ts';
import auditWorker from '../audit/worker.ts?worker&url';
import { createAuditSearch } from '../panels/audit/search.ts';
import type { ControlStore } from '../state/control.ts';
import type { PathClock } from '../state/path-clock.ts';
import { startWorker } from '../ui/start-worker.ts';
import { searchRecords } from './audit-api.ts';

const BEAT_MS = 2000;

/** The audit log's part of the page: the verifying worker and the search, both idle until somebody may. */
export function startAudit({
  control,
  clock,
}: {
  readonly control: ControlStore;
  readonly clock: PathClock;
}) {
  const auditLink = new AuditLink(() => startWorker(auditWorker, 'audit'));
  const auditSearch = createAuditSearch({
    search: searchRecords,
    now: () => clock.getState().estimatedNow || Date.now() * 1000,
    came: (records) => auditLink.prove(records),
  });
  let inSight = 0;
  let mayRead = false;
  control.subscribe(({ session }) => {
    const may = session?.permissions.includes('audit.read') ?? false;
    if (may === mayRead) return;
    mayRead = may;
    if (may) auditLink.watch();
    else auditLink.rest();
  });
  setInterval(() => {
    if (inSight > 0 && mayRead && !document.hidden) void auditSearch.beat();
  }, BEAT_MS);
  return {
    auditLink,
    auditSearch,
    /** What was proven, for `useView`. */
    audit: auditLink.store,
    /** A panel shows the log from now on; call what it returns when it no longer does. */
    auditInSight: (): (() => void) => {
      inSight += 1;
      const rest = auditLink.watchClosely();
      void auditSearch.beat();
      return () => {
        inSight -= 1;
        rest();
      };
    },
  };
}
