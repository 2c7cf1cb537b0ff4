import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AuditRecord } from '../../../protocol/audit.ts';
import { useServices } from '../../app/services.ts';
import type { RecordCheck } from '../../audit/verifier.ts';
import { CopyButton } from './CopyButton.tsx';
import { RecordProof } from './RecordProof.tsx';
import { changesOf, flatFields } from './fields.ts';
import { errorWords, haltIdOf, utcStamp, wallMicros } from './record-words.ts';

/** One record beside the list: proof, every field, what it changed, and the very text that was hashed. */
export function RecordView({
  record,
  onClose,
}: {
  readonly record: AuditRecord;
  readonly onClose: () => void;
}) {
  const { auditLink } = useServices();
  // Under each newer head the proof is another: what was found once stands until it is opened again.
  const check = useQuery({
    // What is shown is part of the question: the same record found otherwise is proven anew.
    queryKey: ['audit-record', record],
    queryFn: () => auditLink.record(record.seq, record),
    staleTime: 0,
  });
  return (
    <section className="record-view" aria-label={`Record ${record.seq}`} tabIndex={0}>
      <header className="row spread">
        <h3 className="dialog-title">
          <span className="mono">{record.seq}</span> · {record.action}
        </h3>
        <button type="button" className="button button-plain button-small" onClick={onClose}>
          Close
        </button>
      </header>
      <RecordProof check={check.data} asking={check.isFetching} onAgain={() => void check.refetch()} />
      <Links record={record} />
      <Fields record={record} />
      <Change record={record} />
      <Details record={record} />
      <Raw check={check.data} />
    </section>
  );
}

function Links({ record }: { readonly record: AuditRecord }) {
  const { auditSearch } = useServices();
  const halt = haltIdOf(record);
  const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);
  const links: readonly (readonly [string, string])[] = [
    ...(record.order === null ? [] : [['order', `order:${quoted(record.order)}`] as const]),
    ['actor', `actor:${quoted(record.actor)}`],
    ['action', `action:${quoted(record.action)}`],
    ...(halt === null ? [] : [['halt', `halt:${halt}`] as const]),
    ...(record.session === null ? [] : [['session', `"${record.session}"`] as const]),
    ['scope', `scope:${quoted(record.scope)}`],
  ];
  return (
    <div className="row record-links" role="group" aria-label="Show only">
      <span className="quiet small">Only this</span>
      {links.map(([name, query]) => (
        <button
          key={name}
          type="button"
          className="button button-small"
          title={query}
          onClick={() => void auditSearch.only(query)}
        >
          {name}
        </button>
      ))}
      {halt !== null && (
        <button type="button" className="button button-small" onClick={() => auditSearch.show('timeline')}>
          Timeline
        </button>
      )}
    </div>
  );
}

function Fields({ record }: { readonly record: AuditRecord }) {
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Time (UTC)', `${utcStamp(wallMicros(record))} · ${errorWords(record)}`],
    ['Actor', record.role === null ? record.actor : `${record.actor} · ${record.role}`],
    ['Session', record.session],
    ['Address', record.address],
    ['Scope', record.scope],
    ['Order', record.order],
    ['Client’s id', record.client],
    ['Reason', record.reason],
    ['Factor', record.factor],
    ['Flags', record.flags.length === 0 ? null : record.flags.join(', ')],
    ['Wall, ns', record.wall],
    ['Monotonic, ns', record.mono],
    ['Run', record.run],
    ['Code', record.code],
  ];
  return (
    <dl className="record-fields">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={value === null ? 'quiet' : ''}>{value ?? 'none'}</dd>
        </div>
      ))}
    </dl>
  );
}

function Change({ record }: { readonly record: AuditRecord }) {
  if (record.before === null && record.after === null) return null;
  return (
    <table className="plain-table record-change">
      <caption className="record-heading">Before → after</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changesOf(record.before, record.after).map((change) => (
          <tr key={change.path} data-change={change.kind}>
            <th scope="row">
              {change.path}
              <span className="record-kind small"> {change.kind}</span>
            </th>
            <td>{change.before ?? '–'}</td>
            <td>{change.after ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Details({ record }: { readonly record: AuditRecord }) {
  const fields = flatFields(record.details);
  if (fields.length === 0 && record.assertion === null) return null;
  return (
    <>
      {fields.length > 0 && <Flat heading="Details" fields={fields} />}
      {record.assertion && <Flat heading="Passkey’s assertion" fields={flatFields(record.assertion)} />}
    </>
  );
}

function Flat({
  heading,
  fields,
}: {
  readonly heading: string;
  readonly fields: readonly (readonly [string, string])[];
}) {
  return (
    <>
      <h4 className="record-heading">{heading}</h4>
      <dl className="record-fields">
        {fields.map(([path, value]) => (
          <div key={path}>
            <dt className="mono">{path}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Raw({ check }: { readonly check: RecordCheck | undefined }) {
  if (!check || check.payload === null) return null;
  return (
    <>
      <div className="row spread">
        <h4 className="record-heading">Canonical text, as it was hashed</h4>
        <CopyButton text={check.payload} what="the text" />
      </div>
      <pre className="bytes mono record-raw" tabIndex={0} aria-label="Canonical text">
        {check.payload}
      </pre>
      <p className="small quiet">
        Leaf <span className="mono record-hash">{check.leaf}</span>
      </p>
    </>
  );
}
