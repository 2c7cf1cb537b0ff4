// `npm run e2e [-- --project functional|visual|a11y|performance] [--update] [FILE …]`.
// `--update` renews the goldens and says which changed. Other arguments go to Playwright. What measures
// (`performance`) has the machine for itself: it runs after everything else, or where it is named.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findChromium, installChromium, isDebians } from './lib/chromium.mjs';
import { ROOT } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';
import { listSources } from './lib/sources.mjs';
import { createHash } from 'node:crypto';

const TOGETHER = ['functional', 'visual', 'a11y'];
const ALONE = ['performance'];
const PROJECTS = [...TOGETHER, ...ALONE];

await main(() => {
  const { update, built, json, projects, rest } = readOptions(process.argv.slice(2));
  const chromium = findChromium() ?? installChromium();
  if (!chromium)
    throw new Trouble('There is no Chromium here and none could be installed; name one in CWTS_CHROMIUM.');
  if (!built) {
    const build = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
    if (build.status !== 0) throw new Trouble('The build failed.');
  }
  if (update && !isDebians(chromium)) {
    throw new Trouble(
      `Goldens are drawn with Debian's own Chromium (/usr/bin/chromium), not with ${chromium}.`,
    );
  }
  const before = goldens();
  const statuses = turns({ update, projects, rest }).map((names) => {
    const alone = names.some((name) => ALONE.includes(name));
    const args = [
      join(ROOT, 'node_modules/playwright/cli.js'),
      'test',
      '--config',
      join(ROOT, 'e2e/playwright.config.ts'),
      ...(update ? ['--update-snapshots=all'] : []),
      ...names.map((name) => `--project=${name}`),
      ...rest,
    ];
    const env = {
      ...process.env,
      CWTS_CHROMIUM: chromium,
      CWTS_GOLDENS: isDebians(chromium) ? '1' : '',
      ...(alone ? { CWTS_E2E_ALONE: '1' } : {}),
      ...(json ? { CWTS_E2E_JSON: json } : {}),
      ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
    };
    return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }).status ?? 1;
  });
  if (update) sayChanges(before, goldens());
  process.exitCode = Math.max(...statuses);
});

/** The projects of each run of Playwright. Tests that are named by file or title run in one. */
function turns({ update, projects, rest }) {
  if (projects.length > 0) return [projects];
  if (update) return [['visual']];
  return rest.length > 0 ? [PROJECTS] : [TOGETHER, ALONE];
}

function readOptions(argv) {
  const options = { update: false, built: false, json: null, projects: [], rest: [] };
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at];
    if (arg === '--update') options.update = true;
    else if (arg === '--built') options.built = true;
    else if (arg === '--json') options.json = argv[++at];
    else if (arg === '--project') options.projects.push(argv[++at]);
    else if (PROJECTS.includes(arg)) options.projects.push(arg);
    else options.rest.push(arg);
  }
  const stranger = options.projects.find((name) => !PROJECTS.includes(name));
  if (stranger) throw new Trouble(`There is no project "${stranger}": ${PROJECTS.join(', ')}.`);
  return options;
}

function goldens() {
  const folder = join(ROOT, 'e2e/goldens');
  const files = existsSync(folder) ? listSources(ROOT, ['e2e/goldens']) : [];
  return new Map(
    files.map((file) => [
      relative(folder, file),
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    ]),
  );
}

function sayChanges(before, after) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  console.log(changed.length === 0 ? 'No golden changed.' : `${changed.length} goldens changed:`);
  for (const name of changed) {
    const how = !before.has(name) ? 'new' : !after.has(name) ? 'gone' : 'changed';
    console.log(`  ${how.padEnd(8)} e2e/goldens/${name}`);
  }
}
