import { useState } from 'react';
import { useServices, useView } from '../../app/services.ts';
import type { LogAlarm } from '../../audit/memory.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { CopyButton } from './CopyButton.tsx';
import { utcStamp } from './record-words.ts';

/**
 * The log went back, was rewritten or is another: on every screen, after a reload too, until a named
 * person trusts it anew.
 */
export function LogAlarmBanner() {
  const alarm = useView('audit', (view) => view.head.alarm);
  const [open, setOpen] = useState(false);
  if (!alarm) return null;
  return (
    <div className="banner banner-warning" role="alert">
      <StatusMark tone="warning" />
      <div className="banner-text">
        <strong>THE AUDIT LOG DOES NOT FOLLOW.</strong> {alarm.sentence}{' '}
        <span data-mask="clock">Seen {utcStamp(alarm.at * 1000)}.</span>{' '}
        <button type="button" className="button button-small" onClick={() => setOpen(true)}>
          Show both heads…
        </button>
      </div>
      {open && <BothHeads alarm={alarm} onClose={() => setOpen(false)} />}
    </div>
  );
}

function BothHeads({ alarm, onClose }: { readonly alarm: LogAlarm; readonly onClose: () => void }) {
  const { auditLink } = useServices();
  const user = useView('control', (view) => view.session?.user ?? null);
  const [isSure, setSure] = useState(false);
  return (
    <Dialog title="The audit log does not follow" onClose={onClose} wide>
      <p>{alarm.sentence}</p>
      <p className="second">
        Do not trust what the log shows until somebody knows why. Keep both heads: they are signed, so
        together they are evidence. On the server’s host,{' '}
        <code className="mono">npm run audit -- verify</code> names the first wrong record.
      </p>
      <Head name="The head that this browser remembers" text={alarm.remembered?.checkpoint ?? null} />
      <Head name="The head that the server gave" text={alarm.checkpoint} />
      <div className="row">
        <CopyButton text={evidence(alarm)} what="both heads" />
      </div>
      <label className="row">
        <input type="checkbox" checked={isSure} onChange={(event) => setSure(event.target.checked)} />I know
        why (a reset, a restored copy, a new key) and have kept both heads
      </label>
      <div className="row">
        <button
          type="button"
          className="button button-danger"
          disabled={!isSure || user === null}
          onClick={() => {
            auditLink.accept(user ?? '');
            onClose();
          }}
        >
          Trust the log as it is now, as {user ?? 'nobody'}
        </button>
      </div>
    </Dialog>
  );
}

function Head({ name, text }: { readonly name: string; readonly text: string | null }) {
  return (
    <section aria-label={name}>
      <h3 className="record-heading">{name}</h3>
      <pre className="bytes mono record-raw" tabIndex={0} aria-label={name}>
        {text ?? 'none'}
      </pre>
    </section>
  );
}

export function evidence(alarm: LogAlarm): string {
  const { remembered } = alarm;
  return [
    `${alarm.kind}: ${alarm.sentence}`,
    `seen ${new Date(alarm.at).toISOString()}`,
    '',
    'remembered',
    `key ${remembered?.verifier ?? 'none'}`,
    remembered?.checkpoint ?? 'none',
    'given',
    `key ${alarm.verifier}`,
    alarm.checkpoint,
  ].join('\n');
}
