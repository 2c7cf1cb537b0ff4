// One stage of `npm test`: a command, what it said, and how many tests of it passed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { ROOT } from '../lib/paths.mjs';
import { noCount } from './counts.mjs';

/**
 * Runs row after row. The lanes of a row run beside each other, the stages of a lane one after the other;
 * all of them run, whatever fails. Returns their counts. A stage that runs beside
 * others says all of its output when it is over, so that no two are mixed.
 */
export async function runRows(rows, env) {
  const counts = [];
  for (const lanes of rows) {
    const isAlone = lanes.length === 1;
    await Promise.all(
      lanes.map(async (stages) => {
        for (const stage of stages) counts.push(await runStage(stage, env, isAlone));
      }),
    );
  }
  return counts;
}

async function runStage({ name, command, args, count = noCount, env: own = {} }, env, isAlone) {
  const heading = `\n== ${name}`;
  const said = [];
  if (isAlone) console.log(heading);
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, ...own },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => said.push(text));
  }
  // A command that cannot even be started has failed too.
  const status = await once(child, 'close').then(
    ([code]) => code,
    (error) => {
      console.log(`${name} could not be started: ${error.message}.`);
      return null;
    },
  );
  if (!isAlone) console.log(`${heading}\n${said.join('').trimEnd()}`);
  const counted = count(status === 0);
  const { passed, failed, flaky = 0 } = counted;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `-- ${name}: ${passed} passed, ${failed} failed, ${flaky > 0 ? `${flaky} flaky, ` : ''}${seconds} s`,
  );
  return counted;
}
