import { adapterName } from '../../shaders/runtime/adapter.ts';
import type { ComputeLink } from '../compute/link.ts';
import type { ComputeStore } from '../state/compute.ts';
import type { ControlStore } from '../state/control.ts';
import type { CrossCheckStore } from '../state/cross-check.ts';
import type { PathClock } from '../state/path-clock.ts';
import type { SessionStore } from '../state/session.ts';
import { readCheck, reportCheck } from './check-api.ts';
import { consoleVersion } from './version.ts';
import { CheckWatch } from './watch-check.ts';

interface Stores {
  readonly crossCheck: CrossCheckStore;
  readonly computeLink: ComputeLink;
  readonly compute: ComputeStore;
  readonly sessions: SessionStore;
  readonly control: ControlStore;
  readonly clock: PathClock;
}

/** Checks while somebody is signed in and looks: a hidden page gets no bars to compute of. */
export function startCheckWatch({
  crossCheck,
  computeLink,
  compute,
  sessions,
  control,
  clock,
}: Stores): void {
  const watch = new CheckWatch({
    store: crossCheck,
    read: readCheck,
    compute: (check) => computeLink.check(check),
    report: reportCheck,
    nameOf: (index) => control.getState().state?.instruments[index]?.name ?? `#${index}`,
    backend: () => {
      const { status } = compute.getState();
      const adapter = status && 'adapter' in status.gpu ? adapterName(status.gpu.adapter) : null;
      return { backend: status?.backend ?? null, adapter };
    },
    version: consoleVersion(),
    now: () => clock.getState().estimatedNow,
    later: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  let isOn = false;
  const look = (): void => {
    const isSignedIn = sessions.getState().session !== null;
    const isNow = isSignedIn && !document.hidden;
    if (isNow === isOn) return;
    isOn = isNow;
    if (isNow) watch.start();
    else watch.stop(isSignedIn ? 'This page was hidden.' : 'Nobody is signed in.');
  };
  sessions.subscribe(look);
  document.addEventListener('visibilitychange', look);
  look();
}
