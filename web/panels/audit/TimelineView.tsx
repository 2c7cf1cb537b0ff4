import { useState } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { plural, utcDate, utcTime } from '../../ui/format.ts';
import { saveText } from '../../ui/save-file.ts';
import { recordsCsv, recordsJson } from './export.ts';
import { ProofMark } from './ProofMark.tsx';
import { timeIn } from './query.ts';
import { LANE_TITLES, LANES, relativeTime, timelineOf, verdictOf, type TimelineEvent } from './timeline.ts';
import { useHalts, useTimeline, type TimelineWindow } from './use-timeline.ts';

const SPANS = [1, 10, 60] as const;

/** What happened around a halt (or any moment), a lane for whom it happened to, seen from the press. */
export function TimelineView() {
  const { clock } = useServices();
  const halts = useHalts();
  const [chosen, setChosen] = useState<number | null>(null);
  const [typed, setTyped] = useState('');
  const [minutes, setMinutes] = useState<number>(10);
  const press = chosen ?? halts.data?.[0]?.at ?? null;
  const window: TimelineWindow | null = press === null ? null : { press, minutes };
  const asked = timeIn(typed.trim(), clock.getState().estimatedNow);
  return (
    <div className="timeline">
      <div className="toolbar">
        <label className="toolbar-label">
          Halt
          <select
            className="input input-small"
            value={halts.data?.some(({ at }) => at === press) ? String(press) : ''}
            onChange={(event) => setChosen(event.target.value === '' ? null : Number(event.target.value))}
          >
            {!halts.data?.some(({ at }) => at === press) && <option value="">none chosen</option>}
            {halts.data?.map((halt) => (
              <option key={halt.at} value={halt.at}>
                {utcDate(halt.at)} {utcTime(halt.at)} · {halt.by}
              </option>
            ))}
          </select>
        </label>
        <form
          className="toolbar-label"
          onSubmit={(event) => {
            event.preventDefault();
            if (asked !== null) setChosen(asked);
          }}
        >
          <label className="toolbar-label">
            or around
            <input
              className="input input-small timeline-around"
              placeholder="09:30 or 2026-11-21T09:30"
              aria-invalid={typed !== '' && asked === null}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
          <button className="toggle" disabled={asked === null}>
            Show
          </button>
        </form>
        <div className="row" role="group" aria-label="How long after">
          {SPANS.map((span) => (
            <button
              key={span}
              type="button"
              className="toggle"
              aria-pressed={minutes === span}
              onClick={() => setMinutes(span)}
            >
              {span} min
            </button>
          ))}
        </div>
      </div>
      {window ? (
        <Lanes window={window} />
      ) : (
        <NoHalt trouble={halts.error?.message ?? null} asking={halts.isPending} />
      )}
    </div>
  );
}

function NoHalt({ trouble, asking }: { readonly trouble: string | null; readonly asking: boolean }) {
  if (trouble !== null) return <p className="empty refusal">{trouble}</p>;
  return (
    <p className="empty">{asking ? 'Looking for halts…' : 'There was no halt yet. Choose a moment above.'}</p>
  );
}

function Lanes({ window }: { readonly window: TimelineWindow }) {
  const { auditSearch, audit } = useServices();
  const found = useTimeline(window);
  const events = timelineOf(found.data?.records ?? []);
  const save = (kind: 'csv' | 'json'): void => {
    const records = (found.data?.records ?? []).toReversed();
    const { verdicts, head } = audit.getState();
    const about = `timeline around ${new Date(window.press / 1000).toISOString()}, ${window.minutes} min`;
    if (kind === 'csv') saveText('timeline.csv', recordsCsv(records, verdicts));
    else saveText('timeline.json', recordsJson(about, records, verdicts, head), 'application/json');
  };
  return (
    <>
      <div className="toolbar">
        <span className="small second" role="status">
          {found.isPending ? 'Reading…' : plural(found.data?.records.length ?? 0, 'record')}
          {found.data?.cut === true && ' · older ones of this span are left out: choose a shorter one'}
          {found.error && ` · ${found.error.message}`}
        </span>
        <span className="toolbar-space" />
        <button
          type="button"
          className="toggle"
          aria-label="Save the timeline as CSV"
          onClick={() => save('csv')}
        >
          CSV
        </button>
        <button
          type="button"
          className="toggle"
          aria-label="Save the timeline as JSON"
          onClick={() => save('json')}
        >
          JSON
        </button>
      </div>
      <div
        className={found.error ? 'timeline-scroll stale' : 'timeline-scroll'}
        tabIndex={0}
        role="region"
        aria-label="Timeline"
      >
        <table className="timeline-table">
          <thead>
            <tr>
              <th scope="col">From the press</th>
              {LANES.map((lane) => (
                <th key={lane} scope="col">
                  {LANE_TITLES[lane]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {events.map((event, at) => (
              <Event
                key={`${event.records[0]?.seq ?? ''} ${event.lane} ${event.words}`}
                event={event}
                press={window.press}
                isAfter={event.at >= window.press && (events[at - 1]?.at ?? -1) < window.press}
                onOpen={() => auditSearch.open(event.records[0] ?? null)}
              />
            ))}
          </tbody>
        </table>
        {!found.isPending && events.length === 0 && (
          <p className="empty">Nothing was recorded in this span.</p>
        )}
      </div>
    </>
  );
}

function Event({
  event,
  press,
  isAfter,
  onOpen,
}: {
  readonly event: TimelineEvent;
  readonly press: number;
  readonly isAfter: boolean;
  readonly onOpen: () => void;
}) {
  const verdicts = useView('audit', (view) => view.verdicts);
  return (
    <tr className={isAfter ? 'timeline-press' : ''}>
      <th scope="row" className="mono">
        {relativeTime(event.at, press)}
        <span className="timeline-clock small quiet">{utcTime(event.at)}</span>
      </th>
      {LANES.map((lane) => (
        <td key={lane}>
          {lane === event.lane && (
            <button type="button" className={`timeline-event timeline-${lane}`} onClick={onOpen}>
              <span className="timeline-words">{event.words}</span>
              {event.says !== '' && <span className="second small timeline-says">{event.says}</span>}
              <span className="small timeline-proof">
                <span className="mono quiet">{recordsText(event)}</span>{' '}
                <ProofMark verdict={verdictOf(event, verdicts)} />
              </span>
            </button>
          )}
        </td>
      ))}
    </tr>
  );
}

function recordsText({ records }: TimelineEvent): string {
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) return '';
  return records.length === 1 ? `#${first.seq}` : `#${first.seq}–${last.seq}`;
}
