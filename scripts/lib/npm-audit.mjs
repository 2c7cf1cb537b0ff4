// Asks the package registry which of the installed packages have known faults.
import { spawn } from 'node:child_process';

const WAIT_MS = 60_000;
const SEVERITIES = ['critical', 'high', 'moderate', 'low', 'info'];

/**
 * `{ asked: true, counts, worst: [{ name, severity, title }] }`, or `{ asked: false, why }` when the
 * registry could not be asked. `worst` has what is high or critical.
 */
export async function auditPackages(root, { omitDev = false } = {}) {
  const npm = process.env.npm_execpath;
  const own = npm && /\.c?js$/.test(npm);
  const args = [...(own ? [npm] : []), 'audit', '--json', ...(omitDev ? ['--omit=dev'] : [])];
  return readAudit(await run(own ? process.execPath : 'npm', args, root));
}

/** What `npm audit --json` printed, as the above. */
export function readAudit(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return { asked: false, why: 'npm audit gave no answer' };
  }
  const counts = report.metadata?.vulnerabilities;
  if (report.error || report.message || typeof counts !== 'object' || counts === null) {
    const why = report.error?.summary || report.error?.code || report.message || 'npm audit gave no answer';
    return { asked: false, why: String(why).split('\n')[0] };
  }
  const worst = Object.values(report.vulnerabilities ?? {})
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity, via }) => {
      const title = via.find((one) => typeof one === 'object')?.title ?? `by way of ${via.join(', ')}`;
      return { name, severity, title };
    });
  return { asked: true, counts: Object.fromEntries(SEVERITIES.map((one) => [one, counts[one] ?? 0])), worst };
}

function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'], timeout: WAIT_MS });
    let text = '';
    child.stdout.on('data', (bytes) => (text += bytes));
    child.on('error', () => resolve(''));
    child.on('close', () => resolve(text));
  });
}
