import { useState, type SubmitEvent } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { grouped } from '../../ui/format.ts';
import { saveText } from '../../ui/save-file.ts';
import { recordsCsv, recordsJson } from './export.ts';
import { PAGE_SIZE } from './search.ts';

/** Which of the found records are shown, going through them, what is new, and saving them. */
export function Pager() {
  const { auditSearch, audit } = useServices();
  const reply = useView('auditSearch', (view) => view.reply);
  const page = useView('auditSearch', (view) => view.page);
  const tail = useView('auditSearch', (view) => view.tail);
  const fresh = useView('auditSearch', (view) => view.fresh);
  const asking = useView('auditSearch', (view) => view.asking);
  const size = useView('audit', (view) => view.head.head?.size ?? 0);
  if (!reply) return null;
  const behind = Math.max(0, size - reply.projected);
  const save = (kind: 'csv' | 'json'): void => {
    const { verdicts, head } = audit.getState();
    const { typed } = auditSearch.getState();
    if (kind === 'csv') saveText('audit-records.csv', recordsCsv(reply.records, verdicts));
    else
      saveText('audit-records.json', recordsJson(typed, reply.records, verdicts, head), 'application/json');
  };
  return (
    <div className="toolbar audit-pager">
      <span className="small second" role="status">
        {rangeWords(page, reply.records.length, reply.total, reply.more)}
        {behind > 0 && <span data-mask="age"> · search {behind} behind the head</span>}
      </span>
      {fresh > 0 && (
        <button type="button" className="toggle audit-fresh" onClick={() => void auditSearch.run()}>
          {fresh >= PAGE_SIZE ? `${PAGE_SIZE}+` : fresh} new
        </button>
      )}
      <span className="toolbar-space" />
      <button
        type="button"
        className="toggle"
        aria-pressed={tail}
        title="The newest records come by themselves"
        onClick={() => void auditSearch.tail(!tail)}
      >
        Live
      </button>
      <button
        type="button"
        className="toggle"
        disabled={page === 1 || asking}
        onClick={() => void auditSearch.newer()}
      >
        Newer
      </button>
      <Jump key={page} page={page} />
      <button
        type="button"
        className="toggle"
        disabled={reply.next === null || asking}
        onClick={() => void auditSearch.older()}
      >
        Older
      </button>
      <button
        type="button"
        className="toggle"
        aria-label="Save these records as CSV"
        onClick={() => save('csv')}
      >
        CSV
      </button>
      <button
        type="button"
        className="toggle"
        aria-label="Save these records as JSON"
        onClick={() => save('json')}
      >
        JSON
      </button>
    </div>
  );
}

export function rangeWords(page: number, shown: number, total: number, more: boolean): string {
  if (shown === 0) return page === 1 ? 'Nothing found' : 'Nothing on this page';
  const first = (page - 1) * PAGE_SIZE + 1;
  const of = more ? `more than ${grouped(String(total))}` : grouped(String(total));
  return `${grouped(String(first))}–${grouped(String(first + shown - 1))} of ${of}`;
}

function Jump({ page }: { readonly page: number }) {
  const { auditSearch } = useServices();
  const [typed, setTyped] = useState(String(page));
  const go = (event: SubmitEvent): void => {
    event.preventDefault();
    void auditSearch.jump(Number(typed));
  };
  return (
    <form className="audit-jump" onSubmit={go}>
      <label className="toolbar-label">
        Page
        <input
          className="input input-small"
          inputMode="numeric"
          pattern="[1-9][0-9]{0,5}"
          aria-label="Go to page"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
    </form>
  );
}
