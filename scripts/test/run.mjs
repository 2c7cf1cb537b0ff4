// The stages of `npm test`, in the order in which they are cheapest to fail. All of them run, so
// that one reading of the output names everything that is wrong.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, installChromium } from '../lib/chromium.mjs';
import { install, isInstalled } from '../lib/packages.mjs';
import { ROOT } from '../lib/paths.mjs';
import { main, step, Trouble } from '../lib/say.mjs';
import { playwrightCount, vitestCount } from './counts.mjs';
import { runRows } from './stage.mjs';

const RESULTS = join(ROOT, '.cache/results');
const BIN = join(ROOT, 'node_modules/.bin');
const NODE = process.execPath;

export function run() {
  return main(async () => {
    let chromium = null;
    await step('packages', async () => {
      if (isInstalled()) return 'as the lockfile says';
      await install();
      return 'installed from the lockfile';
    });
    await step('browser', () => {
      chromium = findChromium() ?? installChromium();
      if (!chromium)
        throw new Trouble(
          'There is no Chromium here and none could be installed; name one in CWTS_CHROMIUM.',
        );
      return chromium;
    });
    rmSync(RESULTS, { recursive: true, force: true });
    mkdirSync(RESULTS, { recursive: true });
    const e2e = join(RESULTS, 'e2e.json');
    const alone = join(RESULTS, 'e2e-alone.json');
    const lint = ['.', '--cache', '--cache-location', '.cache/eslint/', '--max-warnings', '0'];
    const endToEnd = [join(ROOT, 'scripts/e2e.mjs'), '--built', '--json'];
    const rows = [
      only('build', NODE, [join(ROOT, 'scripts/build.mjs')]),
      // Neither lane has work for two processors.
      [
        [
          stage('type check', join(BIN, 'tsc'), ['-b', '--pretty', 'false']),
          stage('dependencies', NODE, depcruise()),
          stage('known faults of packages', NODE, [join(ROOT, 'scripts/test/audit.mjs')]),
          // They compute and wait for nothing: they fill what the longer lane leaves.
          unit('pure', ['--maxWorkers=1']),
        ],
        [stage('lint', join(BIN, 'eslint'), lint)],
      ],
      [[unit('effects')]],
      only('end to end', NODE, [...endToEnd, e2e, 'functional', 'visual', 'a11y'], playwrightCount(e2e)),
      only('end to end, measured', NODE, [...endToEnd, alone, 'performance'], playwrightCount(alone)),
    ];
    const counts = await runRows(rows, {
      CWTS_CHROMIUM: chromium,
      ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
    });
    const sum = (what) => counts.reduce((total, count) => total + count[what], 0);
    process.exitCode = sum('failed') > 0 ? 1 : 0;
    const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
    console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  });
}

function stage(name, command, args, count) {
  return { name, command, args, count };
}

/** The unit tests of one project of `vitest.config.ts`. */
function unit(project, options = []) {
  const report = join(RESULTS, `unit-${project}.json`);
  const flaky = join(RESULTS, `unit-${project}-flaky.json`);
  const second = join(ROOT, 'scripts/test/flaky-reporter.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--reporter=${second}`];
  return {
    ...stage(`unit tests, ${project}`, join(BIN, 'vitest'), [
      ...['run', `--project=${project}`, ...options, ...reporters, `--outputFile.json=${report}`],
    ]),
    count: vitestCount(report, flaky),
    env: { CWTS_FLAKY_FILE: flaky },
  };
}

/** A row of one stage. */
function only(...of) {
  return [[stage(...of)]];
}

function depcruise() {
  const folders = ['protocol', 'shaders', 'server', 'sim', 'web', 'e2e', 'bench', 'sdk'];
  return [
    join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.mjs',
    ...folders,
  ];
}
