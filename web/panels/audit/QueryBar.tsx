import { useEffect, useId, useRef, type SubmitEvent } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { FAMILIES, fieldIn, QUERY_HELP, SPANS } from './query.ts';

/** The query in one line (`/` goes there, Enter asks), and buttons that write the usual parts of it. */
export function QueryBar() {
  const { auditSearch } = useServices();
  const typed = useView('auditSearch', (view) => view.typed);
  const problem = useView('auditSearch', (view) => view.problem);
  const input = useRef<HTMLInputElement>(null);
  const help = useId();
  useSlash(input);
  const ask = (event: SubmitEvent): void => {
    event.preventDefault();
    void auditSearch.run();
  };
  const action = fieldIn(typed, 'action');
  const last = fieldIn(typed, 'last');
  return (
    <search className="audit-query">
      <form className="audit-query-line" onSubmit={ask}>
        <input
          ref={input}
          className="input input-small mono"
          type="search"
          aria-label="Search the audit log"
          aria-describedby={help}
          aria-invalid={problem !== null}
          placeholder="actor:operator action:halt. last:1h words …   ( / )"
          spellCheck={false}
          autoComplete="off"
          value={typed}
          onChange={(event) => auditSearch.type(event.target.value)}
        />
        <button className="button button-small button-main">Search</button>
      </form>
      <p id={help} className={problem === null ? 'for-readers' : 'refusal small'} role="status">
        {problem ?? QUERY_HELP}
      </p>
      <div className="audit-query-line">
        <div className="row audit-chips" role="group" aria-label="Kind of record">
          {FAMILIES.map((family) => (
            <button
              key={family.action}
              type="button"
              className="toggle"
              aria-pressed={action === family.action}
              onClick={() => void auditSearch.field('action', action === family.action ? '' : family.action)}
            >
              {family.name}
            </button>
          ))}
        </div>
        <span className="toolbar-space" />
        <label className="toolbar-label">
          Time
          <select
            className="input input-small"
            value={SPANS.some((span) => span.last === last) ? last : ''}
            onChange={(event) => void auditSearch.field('last', event.target.value)}
          >
            {SPANS.map((span) => (
              <option key={span.name} value={span.last}>
                {span.name}
              </option>
            ))}
          </select>
        </label>
      </div>
    </search>
  );
}

function useSlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [input]);
}
