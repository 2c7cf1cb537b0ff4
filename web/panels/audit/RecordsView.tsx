import { useServices, useView } from '../../app/services.ts';
import { grouped } from '../../ui/format.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Pager } from './Pager.tsx';
import { QueryBar } from './QueryBar.tsx';
import { RecordTable } from './RecordTable.tsx';

export function RecordsView() {
  const { auditSearch } = useServices();
  const reply = useView('auditSearch', (view) => view.reply);
  const opened = useView('auditSearch', (view) => view.opened?.seq ?? null);
  const refusal = useView('auditSearch', (view) => view.refusal);
  const verdicts = useView('audit', (view) => view.verdicts);
  return (
    <>
      <QueryBar />
      <StoreState />
      <div className={refusal && reply ? 'audit-list stale' : 'audit-list'}>
        {reply ? (
          <RecordTable
            records={reply.records}
            verdicts={verdicts}
            open={opened}
            onOpen={(record) => auditSearch.open(record)}
            empty="Nothing in the log matches. Take a word or a field out, or choose another time."
          />
        ) : (
          !refusal && (
            <p className="empty" role="status">
              Searching…
            </p>
          )
        )}
      </div>
      <Pager />
    </>
  );
}

/** What stands between the log and the search of it: the database starting, down, or behind. */
function StoreState() {
  const { auditSearch } = useServices();
  const refusal = useView('auditSearch', (view) => view.refusal);
  const hasReply = useView('auditSearch', (view) => view.reply !== null);
  const projected = useView('auditSearch', (view) => view.reply?.projected ?? null);
  const size = useView('audit', (view) => view.head.head?.size ?? null);
  if (refusal) {
    const isStarting = refusal.code === 'store-starting';
    return (
      <p className="audit-state" role="status">
        <StatusMark tone={isStarting ? 'advisory' : 'caution'} /> {refusal.sentence}{' '}
        {hasReply && 'Below is what was found last. '}
        {!isStarting && 'The log itself goes on being written and can be proven. '}
        <button type="button" className="button button-small" onClick={() => void auditSearch.run()}>
          Ask again
        </button>
      </p>
    );
  }
  const behind = projected === null || size === null ? 0 : size - projected;
  if (behind <= BEHIND) return null;
  return (
    <p className="audit-state" role="status">
      <StatusMark tone="caution" /> The search is {grouped(String(behind))} records behind the log: the newest
      are not found yet.
    </p>
  );
}

/** A moment's lag is how it works, and stands beside the count; more than this is trouble. */
const BEHIND = 1000;
