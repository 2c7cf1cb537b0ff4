// `npm run doctor [-- --data DIR] [--config FILE] [--json]`: says what is weak in this installation,
// and changes nothing in it. Exit code 1 when something is dangerous.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { configOf } from './lib/config-of.mjs';
import { auditPackages } from './lib/npm-audit.mjs';
import { DATA, ROOT, shortPath } from './lib/paths.mjs';
import { releaseOf, writtenRelease } from './lib/release.mjs';
import { main, Trouble } from './lib/say.mjs';

const USAGE = 'usage: npm run doctor -- [--data DIR] [--config FILE] [--json]';
const MARKS = { dangerous: '!!', weak: ' !', unknown: ' ?', good: ' ·' };

await main(async () => {
  const values = readArguments();
  if (values.help) return console.log(USAGE);
  const data =
    values.data === undefined ? join(DATA, 'demo') : resolve(process.env.INIT_CWD ?? '.', values.data);
  const config = configOf(data, values.config);
  const findings = [...installation(config, data), release(), await packages()];
  const worst = findings.filter(({ severity }) => severity === 'dangerous').length;
  if (values.json) console.log(JSON.stringify({ config, data, dangerous: worst, findings }, null, 2));
  else print(findings, config, data);
  if (worst > 0) process.exitCode = 1;
});

function readArguments() {
  try {
    return parseArgs({
      options: {
        data: { type: 'string' },
        config: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch {
    throw new Trouble(USAGE);
  }
}

/** What the built program finds. */
function installation(config, data) {
  const program = join(ROOT, 'dist/node/doctor/main.js');
  if (!existsSync(program)) {
    const build = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only', 'node'], {
      stdio: 'pipe',
    });
    if (build.status !== 0) throw new Trouble('The build failed; npm run build shows how.');
  }
  const run = spawnSync(process.execPath, [program, '--config', config, '--data', data], {
    encoding: 'utf8',
  });
  const last = run.stdout.trim().split('\n').at(-1) ?? '';
  let said;
  try {
    said = JSON.parse(last);
  } catch {
    throw new Trouble(`The doctor ended without a word: ${run.stderr.split('\n')[0] || 'no reason given'}.`);
  }
  if (said.fatal) throw new Trouble(said.fatal);
  return said.findings;
}

/** Whether the files that run are those that were built. */
function release() {
  const written = writtenRelease(ROOT);
  const { release: now } = releaseOf(ROOT);
  if (written === null) {
    return {
      id: 'release',
      severity: 'unknown',
      sentence: 'Nothing was built yet.',
      action: 'npm run build',
    };
  }
  if (written === now) {
    return {
      id: 'release',
      severity: 'good',
      sentence: `Release ${now.slice(0, 16)}, as it was built.`,
      action: '',
    };
  }
  return {
    id: 'release-changed',
    severity: 'dangerous',
    sentence: `The built files are not those of release ${written.slice(0, 16)}: they were changed after the build.`,
    action: 'Find out by whom; then npm run build -- --force.',
  };
}

async function packages() {
  const audit = await auditPackages(ROOT, { omitDev: true });
  if (!audit.asked) {
    return {
      id: 'packages',
      severity: 'unknown',
      sentence: `Packages were not checked: ${audit.why}.`,
      action: 'Run npm audit where the registry can be asked.',
    };
  }
  const [first] = audit.worst;
  if (!first)
    return {
      id: 'packages',
      severity: 'good',
      sentence: 'No package has a known serious fault.',
      action: '',
    };
  return {
    id: 'packages-faulty',
    severity: 'dangerous',
    sentence: `${audit.worst.length} packages have known serious faults, ${first.name} first: ${first.title}.`,
    action: 'Upgrade to a release that mends them.',
  };
}

function print(findings, config, data) {
  console.log(`Configuration ${shortPath(config)}, data ${shortPath(data)}\n`);
  for (const severity of ['dangerous', 'weak', 'unknown', 'good']) {
    for (const { sentence, action } of findings.filter((one) => one.severity === severity)) {
      console.log(`${MARKS[severity]} ${severity.padEnd(9)} ${sentence}`);
      if (action !== '') console.log(`${' '.repeat(13)}→ ${action}`);
    }
  }
  const count = (severity) => findings.filter((one) => one.severity === severity).length;
  console.log(
    `\n${count('dangerous')} dangerous, ${count('weak')} weak, ${count('unknown')} not known, ${count('good')} good`,
  );
}
