import { useEffect } from 'react';
import { ROLE_PERMISSIONS } from '../../../protocol/permissions.ts';
import type { Role } from '../../../protocol/session.ts';
import { useServices, useView } from '../../app/services.ts';
import type { HeadView } from '../../audit/verifier.ts';
import { formatAge, grouped } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { RetentionView } from '../retention/RetentionView.tsx';
import { ProofsView } from './ProofsView.tsx';
import { RecordsView } from './RecordsView.tsx';
import { RecordView } from './RecordView.tsx';
import { AUDIT_VIEWS, type AuditViewName } from './search.ts';
import { TimelineView } from './TimelineView.tsx';

const TITLES: Readonly<Record<AuditViewName, string>> = {
  records: 'Records',
  timeline: 'Timeline',
  proofs: 'Proofs',
  retention: 'Retention',
};

/** The audit log: searched, read in order around a halt, proven by the page itself, and what of it is kept. */
export function AuditPanel() {
  const role = useView('control', (view) => view.session?.role ?? null);
  const mayRead = useView('control', (view) => view.session?.permissions.includes('audit.read') ?? false);
  return (
    <Panel title="Audit" provenance={mayRead ? <Provenance /> : 'not for this role'}>
      {mayRead ? <Audit /> : <MayNot role={role} />}
    </Panel>
  );
}

function MayNot({ role }: { readonly role: Role | null }) {
  const roles = (Object.keys(ROLE_PERMISSIONS) as Role[]).filter((each) =>
    ROLE_PERMISSIONS[each].includes('audit.read'),
  );
  return (
    <p className="empty" role="status">
      {role === null ? 'Nobody is signed in.' : `A ${role} may not read the audit log.`} It is for:{' '}
      {roles.join(', ')}.
    </p>
  );
}

function Audit() {
  const { auditSearch, auditInSight } = useServices();
  const shown = useView('auditSearch', (view) => view.shown);
  const opened = useView('auditSearch', (view) => view.opened);
  useEffect(() => auditInSight(), [auditInSight]);
  return (
    <div className="audit">
      <div className="toolbar">
        <div className="row" role="group" aria-label="Show">
          {AUDIT_VIEWS.map((name) => (
            <button
              key={name}
              type="button"
              className="toggle"
              aria-pressed={shown === name}
              onClick={() => auditSearch.show(name)}
            >
              {TITLES[name]}
            </button>
          ))}
        </div>
      </div>
      <div className="audit-body">
        <div className="audit-main">
          {shown === 'records' && <RecordsView />}
          {shown === 'timeline' && <TimelineView />}
          {shown === 'proofs' && <ProofsView />}
          {shown === 'retention' && <RetentionView />}
        </div>
        {opened && (shown === 'records' || shown === 'timeline') && (
          <RecordView key={opened.seq} record={opened} onClose={() => auditSearch.open(null)} />
        )}
      </div>
    </div>
  );
}

function Provenance() {
  const head = useView('audit', (view) => view.head);
  const second = useView('clock', ({ estimatedNow }) => Math.floor(estimatedNow / 1_000_000));
  return <>{headWords(head, second * 1_000_000)}</>;
}

/** Head, whether it was checked here, and the age of the newest anchor; `now` in µs. */
export function headWords(view: HeadView, now: number): string {
  const { head, anchors } = view;
  if (!head) return view.state === 'asking' ? 'reading the head' : 'no head could be checked';
  const times = anchors.flatMap((anchor) => (anchor.at === null ? [] : [anchor.at]));
  const at = times.length === 0 ? null : Math.max(...times);
  return [
    `head ${grouped(String(head.size))} · ${head.root.slice(0, 8)}`,
    ...(head.signedAt === null ? [] : [`signed ${formatAge(Math.max(0, now - head.signedAt) / 1000)} ago`]),
    view.state === 'checked' ? 'checked here' : view.state === 'refused' ? 'REFUSED' : 'not checked now',
    at === null ? 'not anchored' : `anchored ${formatAge(Math.max(0, now - at) / 1000)} ago`,
  ].join(' · ');
}
