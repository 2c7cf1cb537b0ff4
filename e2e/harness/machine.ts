import { availableParallelism, loadavg } from 'node:os';

/** What one desk and one browser ask for at their start, as a share of all processors. */
const OWN_SHARE = 2;

/** Whether others want this machine's processors so much that time on the wall says nothing of ours. */
export function isBusy(): boolean {
  const [lastMinute = 0] = loadavg();
  return lastMinute > OWN_SHARE * availableParallelism();
}
