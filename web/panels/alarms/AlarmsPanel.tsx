import { useMemo, useState, type SubmitEvent } from 'react';
import type { Alarm } from '../../../protocol/alarms.ts';
import { useView } from '../../app/services.ts';
import { utcTime } from '../../ui/format.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useCommand } from '../orders/use-command.ts';
import { useLastKnown } from '../selected.ts';
import { alarmRate, FLOOD, sortAlarms } from './alarm-order.ts';

const NONE: readonly Alarm[] = [];

/** Latched alarms: each stays until its cause is gone and a named person has acknowledged it. */
export function AlarmsPanel() {
  const alarms = useView('control', (view) => view.state?.alarms ?? NONE);
  const minute = useView('clock', (view) => Math.floor(view.estimatedNow / 60_000_000));
  const [asked, setAsked] = useState<Alarm | null>(null);
  const lastKnown = useLastKnown();
  const sorted = useMemo(() => sortAlarms(alarms), [alarms]);
  const rate = alarmRate(alarms, minute * 60_000_000);
  return (
    <Panel
      title="Alarms"
      provenance={`${lastKnown ? 'last known · ' : ''}${rate} in 10 min${rate > FLOOD ? ' · FLOODED' : ''} · acknowledged by name`}
    >
      <div
        className={lastKnown ? 'panel-scroll stale' : 'panel-scroll'}
        tabIndex={0}
        role="region"
        aria-label="Alarm list"
      >
        {sorted.length === 0 && <p className="empty">No alarms.</p>}
        <ul>
          {sorted.map((alarm) => (
            <AlarmRow key={alarm.alarmId} alarm={alarm} onAcknowledge={() => setAsked(alarm)} />
          ))}
        </ul>
      </div>
      {asked && <Acknowledge alarm={asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

function AlarmRow({ alarm, onAcknowledge }: { readonly alarm: Alarm; readonly onAcknowledge: () => void }) {
  // A display on a wall has nobody's name to acknowledge by.
  const isWall = useView('sessions', (view) => view.session?.kind === 'wall');
  return (
    <li className="alarm" data-acknowledged={alarm.acknowledged !== null}>
      <StatusMark tone={alarm.priority} label={alarm.priority} />
      <span className="quiet" data-mask="clock">
        {utcTime(alarm.raisedAt)}
      </span>
      <div className="alarm-words">
        <p>
          {alarm.sentence}
          {alarm.count > 1 && <span className="quiet"> ({alarm.count} times)</span>}
        </p>
        <p className="second small">
          {alarm.action} <span className="mono quiet">docs/runbooks/{alarm.runbook}</span>
        </p>
      </div>
      <div className="alarm-state">
        {alarm.acknowledged ? (
          <span className="quiet small" title={alarm.acknowledged.comment}>
            ack: {alarm.acknowledged.by},{' '}
            <span data-mask="clock">{utcTime(alarm.acknowledged.at).slice(0, 5)}</span>
          </span>
        ) : isWall ? (
          <span className="quiet small">acknowledge at a console</span>
        ) : (
          <button
            type="button"
            className="button button-small"
            aria-label={`Acknowledge: ${alarm.sentence}`}
            onClick={onAcknowledge}
          >
            acknowledge…
          </button>
        )}
        <span className="quiet small" data-mask="clock">
          {alarm.clearedAt === null ? 'standing' : `cleared ${utcTime(alarm.clearedAt).slice(0, 5)}`}
        </span>
      </div>
    </li>
  );
}

function Acknowledge({ alarm, onClose }: { readonly alarm: Alarm; readonly onClose: () => void }) {
  const name = useView('control', (view) => view.session?.name ?? 'nobody');
  const online = useView('link', (view) => view.link.kind === 'online');
  const [comment, setComment] = useState('');
  const run = useCommand();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onClose();
    void run({ type: 'alarm.acknowledge', alarmId: alarm.alarmId, comment: comment.trim() });
  };
  return (
    <Dialog title="Acknowledge an alarm" onClose={onClose}>
      <p>
        <StatusMark tone={alarm.priority} /> {alarm.sentence}
      </p>
      <p className="second">{alarm.action}</p>
      <form className="stack" onSubmit={submit}>
        <label className="field">
          Comment (what you saw or did)
          <input
            className="input"
            autoFocus
            maxLength={500}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        </label>
        <div className="row">
          <button className="button button-main" disabled={!online}>
            Acknowledge as {name}
          </button>
          {!online && <span className="refusal">No connection: it would not be delivered.</span>}
        </div>
      </form>
    </Dialog>
  );
}
