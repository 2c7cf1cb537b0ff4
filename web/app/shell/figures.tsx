import { useCallback, useMemo, type ReactNode } from 'react';
import type { Priority } from '../../../protocol/alarms.ts';
import { gpuLost } from '../../state/compute.ts';
import { oldestMark } from '../../state/oldest-mark.ts';
import type { PathClockView } from '../../state/path-clock.ts';
import { haltHeadline } from '../../state/halt-words.ts';
import { useLastKnown } from '../../panels/selected.ts';
import { BACKEND_NAMES } from '../../ui/backend-names.ts';
import { haveSeveralVenues, instrumentLabel } from '../../ui/instrument-label.ts';
import { formatAge, formatMs, formatOffset, utcDate, utcTime } from '../../ui/format.ts';
import { putClass, putText, useLive } from '../../ui/live.tsx';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import { useServices, useView } from '../services.ts';

function Figure({
  value,
  name,
  tone = 'ok',
  stale = false,
  title,
  mask,
}: {
  readonly value: ReactNode;
  readonly name: ReactNode;
  readonly tone?: Tone;
  readonly stale?: boolean;
  readonly title?: string;
  readonly mask?: string;
}) {
  return (
    <div className={stale ? 'figure stale' : 'figure'} title={title}>
      <dd className="figure-value" {...(mask ? { 'data-mask': mask } : {})}>
        {tone !== 'ok' && <StatusMark tone={tone} />} {value}
      </dd>
      <dt className="figure-name" {...(mask ? { 'data-mask': mask } : {})}>
        {name}
      </dt>
    </div>
  );
}

/** The running clock: the server's time in the newest frame drawn, and nothing else. */
export function PathClockText() {
  const { clock } = useServices();
  const write = useCallback((element: HTMLDivElement, view: PathClockView) => {
    const [time, name] = element.children;
    putText(time, view.sentAt === null ? '--:--:--' : utcTime(view.sentAt));
    putText(name, clockWords(view));
    putClass(element, 'stale', view.frozen || view.late);
  }, []);
  const ref = useLive<PathClockView, HTMLDivElement>(clock, write);
  return (
    <div
      ref={ref}
      className="figure figure-clock"
      title="Drawn by the data's own path: when it stops, the data stopped."
    >
      <dd className="figure-value" data-mask="clock" data-testid="path-clock" />
      <dt className="figure-name" data-mask="clock" />
    </div>
  );
}

function clockWords({ sentAt, frozen, late, silentMs, lagMs }: PathClockView): string {
  if (sentAt === null) return 'no data yet';
  if (frozen) return `stopped ${formatAge(silentMs)} ago`;
  return late ? `${formatAge(lagMs)} late` : `UTC · ${utcDate(sentAt)}`;
}

export function Connection() {
  const link = useView('link', (view) => view.link);
  const times = useView('link', (view) => view.times);
  if (link.kind !== 'online') {
    const retrying = link.kind === 'retrying';
    return (
      <Figure
        tone={retrying ? 'warning' : 'unknown'}
        value={retrying ? 'not connected' : 'connecting'}
        name={retrying ? `trying again since ${utcTime(link.since * 1000)}` : 'link'}
      />
    );
  }
  const minutes = times ? Math.round(times.windowSeconds / 60) : 5;
  return (
    <Figure
      mask="latency"
      value={times ? formatMs(times.p95) : 'measuring'}
      name={`connected · p95, ${minutes} min`}
      title={
        times ? `Round trip p50 ${formatMs(times.p50)}, p95 ${formatMs(times.p95)}, n = ${times.samples}` : ''
      }
    />
  );
}

/** The age of the oldest mark that should be fresh; quiet instruments on a live feed are counted apart. */
export function OldestMark() {
  const { clock, market, control } = useServices();
  const write = useCallback(
    (element: HTMLDivElement, view: PathClockView) => {
      const names = control.getState().state?.instruments ?? [];
      const oldest = oldestMark(market.getState().quotes, view.estimatedNow, view.stale);
      const [value, name] = element.children;
      putText(value, oldest ? formatAge(oldest.ageMs) : 'no data');
      const named = oldest ? names[oldest.instrument] : undefined;
      const of = named ? instrumentLabel(named, haveSeveralVenues(names)) : '';
      const quiet = oldest && oldest.quiet > 0 ? ` · ${oldest.quiet} quiet` : '';
      putText(name, oldest ? `oldest mark, ${of}${quiet}` : 'oldest mark');
      putClass(element, 'stale', view.stale || (oldest?.stale ?? false));
    },
    [market, control],
  );
  const ref = useLive<PathClockView, HTMLDivElement>(clock, write);
  return (
    <div ref={ref} className="figure">
      <dd className="figure-value" data-mask="age" />
      <dt className="figure-name" data-mask="age" />
    </div>
  );
}

export function ClockOffset() {
  const times = useView('link', (view) => view.times);
  const online = useView('link', (view) => view.link.kind === 'online');
  const utc = useView('control', (view) => view.state?.health.find((row) => row.id === 'clock'));
  return (
    <Figure
      mask="latency"
      tone={UTC_TONES[utc?.state ?? 'unknown']}
      stale={!online && times !== null}
      value={times ? formatOffset(times.offsetMs, times.uncertaintyMs) : 'measuring'}
      name={`offset to server, ${UTC_WORDS[utc?.state ?? 'unknown']}`}
      title={utc?.sentence ?? ''}
    />
  );
}

/** The server's own distance from UTC; what nobody measured is said to be unknown, never shown as good. */
const UTC_WORDS = {
  ok: 'UTC kept',
  degraded: 'UTC near bound',
  down: 'UTC off',
  unknown: 'UTC unknown',
} as const;
const UTC_TONES = { ok: 'ok', degraded: 'caution', down: 'warning', unknown: 'ok' } as const;

export function Compute() {
  const status = useView('compute', (view) => view.status);
  const failed = useView('compute', (view) => view.failed);
  if (failed !== null || !status) {
    return (
      <Figure
        tone={failed === null ? 'ok' : 'warning'}
        value={failed === null ? 'starting' : 'failed'}
        name="compute"
        title={failed ?? ''}
      />
    );
  }
  const lost = gpuLost(status);
  const { last } = status.compute;
  const name = BACKEND_NAMES[status.backend];
  return (
    <Figure
      mask="latency"
      tone={lost ? 'caution' : 'ok'}
      value={last === null ? name : `${name} · ${formatMs(last)}`}
      name={lost ? 'GPU lost · CPU goes on' : `compute${GPU_WORDS[status.gpu.kind]}`}
      title={status.why}
    />
  );
}

const GPU_WORDS = {
  absent: ' (no GPU)',
  starting: ' (looking for a GPU)',
  unused: ' (software GPU)',
  warming: ' (GPU warming up)',
  ready: '',
  slower: ' (GPU slower)',
  lost: '',
  abandoned: '',
} as const;

const PRIORITIES: readonly Priority[] = ['warning', 'caution', 'advisory'];

export function AlarmCounts() {
  const { layout } = useServices();
  const alarms = useView('control', (view) => view.state?.alarms);
  const counts = useMemo(() => {
    const waiting = (alarms ?? []).filter((alarm) => alarm.acknowledged === null);
    return PRIORITIES.map((priority) => ({
      priority,
      count: waiting.filter((alarm) => alarm.priority === priority).length,
    }));
  }, [alarms]);
  const spoken = counts.map(({ priority, count }) => `${count} ${priority}`).join(', ');
  return (
    <div className="figure">
      <dd className="figure-value">
        <button
          type="button"
          className="figure-button"
          onClick={() => layout.show('alarms')}
          aria-label={`Unacknowledged alarms: ${spoken}. Show the alarms.`}
        >
          {counts.map(({ priority, count }) => (
            <span key={priority} className={count > 0 ? `count tone-${priority}` : 'count quiet'}>
              <StatusMark tone={priority} /> {count}
            </span>
          ))}
        </button>
      </dd>
      <dt className="figure-name">alarms to acknowledge</dt>
    </div>
  );
}

/** L3 is the only level that exists in this release. */
export function HaltState() {
  const { preferences } = useServices();
  const halt = useView('control', (view) => view.state?.halt ?? null);
  const lastKnown = useLastKnown();
  const known = halt ? haltHeadline(halt) : { text: 'unknown', tone: 'unknown' as const };
  const headline = !lastKnown || !halt ? known : { ...known, text: `${known.text} (last known)` };
  return (
    <button
      type="button"
      className={`halt-state halt-state-${headline.tone} ${lastKnown ? 'stale' : ''}`}
      onClick={() => preferences.setState((view) => ({ haltOpen: !view.haltOpen }))}
      aria-label={`Halt state, L3 firm: ${headline.text}. Show the halt's details.`}
    >
      {headline.tone !== 'ok' && <StatusMark tone={headline.tone} />} L3 firm · {headline.text}
    </button>
  );
}
