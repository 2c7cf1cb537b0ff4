// The stages of `npm test`, in the order in which they are cheapest to fail. All of them run, so
// that one reading of the output names everything that is wrong.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { findChromium, installChromium } from '../lib/chromium.mjs';
import { install, isInstalled } from '../lib/packages.mjs';
import { ROOT } from '../lib/paths.mjs';
import { main, step, Trouble } from '../lib/say.mjs';
import { noCount, playwrightCount, vitestCount } from './counts.mjs';

const RESULTS = join(ROOT, '.cache/results');
const BIN = join(ROOT, 'node_modules/.bin');

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
    const unit = join(RESULTS, 'unit.json');
    const e2e = join(RESULTS, 'e2e.json');
    const total = { passed: 0, failed: 0, skipped: 0 };
    const stages = [
      ['build', process.execPath, [join(ROOT, 'scripts/build.mjs')]],
      ['type check', join(BIN, 'tsc'), ['-b', '--pretty', 'false']],
      [
        'lint',
        join(BIN, 'eslint'),
        ['.', '--cache', '--cache-location', '.cache/eslint/', '--max-warnings', '0'],
      ],
      ['dependencies', process.execPath, depcruise()],
      ['known faults of packages', process.execPath, [join(ROOT, 'scripts/test/audit.mjs')]],
      [
        'unit tests',
        join(BIN, 'vitest'),
        ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`],
        vitestCount(unit),
      ],
      [
        'end to end',
        process.execPath,
        [join(ROOT, 'scripts/e2e.mjs'), '--built', '--json', e2e],
        playwrightCount(e2e),
      ],
    ];
    for (const [name, command, args, count = noCount] of stages) {
      console.log(`\n== ${name}`);
      const started = performance.now();
      const { status } = spawnSync(command, args, {
        cwd: ROOT,
        stdio: 'inherit',
        env: { ...process.env, CWTS_CHROMIUM: chromium, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) },
      });
      const { passed, failed, skipped, flaky = 0 } = count(status === 0);
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
      console.log(
        `-- ${name}: ${passed} passed, ${failed} failed, ${flaky > 0 ? `${flaky} flaky, ` : ''}${((performance.now() - started) / 1000).toFixed(0)} s`,
      );
    }
    const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
    process.exitCode = total.failed > 0 ? 1 : 0;
    console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
  });
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
