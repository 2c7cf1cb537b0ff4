import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReportView } from '../../../protocol/reports.ts';
import { readReports, reportAddress } from '../../app/reports-api.ts';
import { useView } from '../../app/services.ts';
import { plural, utcDate, utcTime } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { CertifyReview } from './CertifyReview.tsx';
import { MakeReport } from './MakeReport.tsx';
import { deliveryWords, KIND_WORDS } from './report-words.ts';

const AGAIN_MS = 5000;

/** Signed reports: to read, to save with their signature, and whether they reached whom they were for. */
export function ReportsPanel() {
  const mayRead = useView('control', (view) => view.session?.permissions.includes('report.read') ?? false);
  const role = useView('control', (view) => view.session?.role ?? null);
  return (
    <Panel title="Reports" provenance={mayRead ? 'built from the audit log, signed' : 'not for this role'}>
      {mayRead ? (
        <Reports />
      ) : (
        <p className="empty" role="status">
          {role === null ? 'Nobody is signed in.' : `A ${role} may not read reports.`}
        </p>
      )}
    </Panel>
  );
}

function Reports() {
  const mayMake = useView('control', (view) => view.session?.permissions.includes('report.make') ?? false);
  const [making, setMaking] = useState(false);
  const reports = useQuery({
    queryKey: ['reports'],
    refetchInterval: AGAIN_MS,
    staleTime: 0,
    queryFn: async () => {
      const reply = await readReports();
      if (!reply.ok) {
        const { code, sentence } = reply.error;
        throw new Error(code === 'not-found' ? 'This server makes no reports.' : sentence);
      }
      return reply.value;
    },
  });
  return (
    <div className="reports">
      <div className="toolbar">
        <button
          type="button"
          className="toggle"
          aria-pressed={making}
          disabled={!mayMake}
          title={mayMake ? undefined : 'Your role may read reports, not make them'}
          onClick={() => setMaking((before) => !before)}
        >
          Make a report
        </button>
        {!mayMake && <span className="small quiet">Your role may read reports, not make them.</span>}
      </div>
      {making && <MakeReport onDone={() => setMaking(false)} />}
      <div
        className={reports.error && reports.data ? 'panel-scroll stale' : 'panel-scroll'}
        tabIndex={0}
        role="region"
        aria-label="Reports list"
      >
        {reports.error && (
          <p className="audit-state" role="status">
            <StatusMark tone="caution" /> {reports.error.message}
            {reports.data && ' Below are the last known.'}
          </p>
        )}
        {reports.isPending && <p className="empty">Reading…</p>}
        {reports.data?.length === 0 && (
          <p className="empty">No report yet. One is made by itself when a halt is over.</p>
        )}
        <ul>
          {reports.data?.map((report) => (
            <Report key={report.reportId} report={report} />
          ))}
        </ul>
      </div>
    </div>
  );
}

function Report({ report }: { readonly report: ReportView }) {
  const mayCertify = useView(
    'control',
    (view) => view.session?.permissions.includes('review.certify') ?? false,
  );
  const [certifying, setCertifying] = useState(false);
  const delivered = report.deliveries.filter(({ state }) => state === 'delivered').length;
  return (
    <li className="report">
      <div className="report-words">
        <p>
          <strong>{report.title}</strong>
        </p>
        <p className="small quiet">
          {KIND_WORDS[report.kind]} ·{' '}
          <span data-mask="clock">
            {utcDate(report.madeAt)} {utcTime(report.madeAt)} UTC
          </span>{' '}
          · by {report.by} · <span className="mono">{report.reportId}</span>
        </p>
        {report.deliveries.length > 0 && (
          <details className="small">
            <summary>
              {delivered} of {plural(report.deliveries.length, 'delivery', 'deliveries')} done
            </summary>
            <ul className="stack report-deliveries">
              {report.deliveries.map((delivery) => {
                const { tone, words } = deliveryWords(delivery);
                return (
                  <li key={delivery.recipient}>
                    <StatusMark tone={tone} /> <strong>{delivery.recipient}</strong> {words}
                  </li>
                );
              })}
            </ul>
          </details>
        )}
        {certifying && <CertifyReview review={report} onDone={() => setCertifying(false)} />}
      </div>
      <div className="row report-links">
        {mayCertify && report.kind === 'review' && (
          <button
            type="button"
            className="button button-small"
            aria-expanded={certifying}
            aria-label={`Certify ${report.title}`}
            onClick={() => setCertifying((before) => !before)}
          >
            Certify
          </button>
        )}
        <a
          className="button button-small"
          href={reportAddress(report.reportId, 'html')}
          target="_blank"
          rel="noreferrer"
          aria-label={`Open ${report.title} in a new tab`}
        >
          Open
        </a>
        <a
          className="button button-small"
          href={reportAddress(report.reportId, 'json')}
          download={`${report.reportId}.json`}
          aria-label={`Save ${report.title} with its signature as JSON`}
        >
          JSON + signature
        </a>
      </div>
    </li>
  );
}
