// A Chromium to test in: the one installed, else Debian's package, else Playwright's own build.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of the Chromium that is here (`CWTS_CHROMIUM` first), or null. */
export function findChromium() {
  const named = process.env.CWTS_CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
  return installed ?? MAC.find((path) => existsSync(path)) ?? playwrights();
}

/** True when the Chromium at `path` is Debian's own: the goldens are drawn with that one. */
export function isDebians(path) {
  return path === '/usr/bin/chromium' && distribution() === 'debian';
}

/** Installs one: Debian's package when we may, else Playwright's. Returns its path, or null. */
export function installChromium() {
  if (['debian', 'ubuntu'].includes(distribution()) && process.getuid?.() === 0) {
    const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update'], quiet);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet);
    const found = findChromium();
    if (found) return found;
  }
  const require = createRequire(import.meta.url);
  const cli = join(require.resolve('playwright/package.json'), '../cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore' });
  return findChromium();
}

function playwrights() {
  try {
    const path = createRequire(import.meta.url)('playwright').chromium.executablePath();
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

function distribution() {
  try {
    return /^ID="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}
