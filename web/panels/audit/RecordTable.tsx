import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import type { AuditRecord } from '../../../protocol/audit.ts';
import type { Verdict } from '../../audit/verdict.ts';
import { utcDate, utcMillis } from '../../ui/format.ts';
import { observeSize } from '../../ui/observe-size.ts';
import { ROW_HEIGHT } from '../../ui/table.tsx';
import { ProofMark } from './ProofMark.tsx';
import { summary, wallMicros } from './record-words.ts';

const HEAD_HEIGHT = 27;

/** The records found, newest first: arrows choose one, and it opens beside the list. */
export function RecordTable({
  records,
  verdicts,
  open,
  onOpen,
  empty,
}: {
  readonly records: readonly AuditRecord[];
  readonly verdicts: ReadonlyMap<number, Verdict>;
  readonly open: number | null;
  readonly onOpen: (record: AuditRecord) => void;
  readonly empty: string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    observeElementRect: observeSize,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    paddingStart: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    initialRect: { width: 800, height: 400 },
  });
  const at = records.findIndex(({ seq }) => seq === open);
  const { scrollToIndex } = virtual;
  useEffect(() => {
    if (at >= 0) scrollToIndex(at, { align: 'auto' });
  }, [at, scrollToIndex]);
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    const next = records[Math.min(Math.max(at + step, 0), records.length - 1)];
    if (next) onOpen(next);
  };
  return (
    <div
      ref={scroller}
      className="records"
      role="grid"
      aria-label="Audit records"
      aria-rowcount={records.length + 1}
      aria-activedescendant={at >= 0 ? `record-${open ?? ''}` : undefined}
      tabIndex={0}
      onKeyDown={key}
    >
      <div role="rowgroup" className="table-head records-head">
        <div role="row" className="table-row record-row" aria-rowindex={1}>
          <div role="columnheader" className="right">
            Record
          </div>
          <div role="columnheader">Time (UTC)</div>
          <div role="columnheader">Actor</div>
          <div role="columnheader">Action</div>
          <div role="columnheader" className="record-scope">
            Scope
          </div>
          <div role="columnheader" className="record-says">
            What it says
          </div>
          <div role="columnheader">
            <span className="proof-words">Proof</span>
          </div>
        </div>
      </div>
      {records.length === 0 && <p className="empty">{empty}</p>}
      <div role="rowgroup" className="table-rows" style={{ height: virtual.getTotalSize() - HEAD_HEIGHT }}>
        {virtual.getVirtualItems().map((item) => {
          const record = records[item.index];
          if (!record) return null;
          return (
            <div
              key={record.seq}
              id={`record-${record.seq}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={record.seq === open}
              className="table-row table-line record-row"
              style={{ top: item.start - HEAD_HEIGHT }}
              onClick={() => onOpen(record)}
            >
              <div role="gridcell" className="right mono">
                {record.seq}
              </div>
              <div role="gridcell" className="mono second">
                <span className="record-date">{utcDate(wallMicros(record))} </span>
                {utcMillis(wallMicros(record))}
              </div>
              <div role="gridcell">{record.actor}</div>
              <div role="gridcell">
                {record.action}
                {record.flags.length > 0 && (
                  <span className="record-flags tone-caution small"> {record.flags.join(' ')}</span>
                )}
              </div>
              <div role="gridcell" className="record-scope second" title={record.scope}>
                {record.scope}
              </div>
              <div role="gridcell" className="record-says quiet">
                {summary(record)}
              </div>
              <div role="gridcell">
                <ProofMark verdict={verdicts.get(record.seq)} />
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
