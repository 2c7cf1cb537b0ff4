/**
 * Runs `gone` when whoever started this program is no more, a SIGKILL included: the launcher holds
 * the other end of stdin and the system closes it. Started by hand, nothing is watched.
 */
export function onLauncherGone(gone: () => void): void {
  if (process.env['CWTS_ENDS_WITH_STDIN'] !== '1') return;
  process.stdin.once('end', gone).once('error', gone).resume();
  // It alone keeps no program alive.
  if ('unref' in process.stdin) process.stdin.unref();
}
