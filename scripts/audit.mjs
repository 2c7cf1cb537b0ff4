// `npm run audit -- verify|prove|check|export|history|anchor|restore|prune|hold … …`: the audit log's own tool. It
// works on the files alone, with the server running or not, and trusts nothing of it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

const READS = join(ROOT, 'dist/node/audit/main.js');
/** What changes a log's folder is another program: `audit/main` only ever reads one. */
const CHANGES = join(ROOT, 'dist/node/server/archive-tool.js');
const CHANGING = ['restore', 'prune', 'hold'];

await main(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only', 'node'], {
    stdio: ['ignore', 2, 2],
  });
  const args = process.argv.slice(2);
  if (built.status !== 0 || !existsSync(READS) || !existsSync(CHANGES))
    throw new Trouble('The build failed.');
  // Without a verb each of the two says which it has.
  const isHelp = args[0] === undefined || args[0] === '--help';
  const programs = isHelp ? [READS, CHANGES] : [CHANGING.includes(args[0]) ? CHANGES : READS];
  for (const program of programs) process.exitCode = await run(program, args);
});

function run(program, args) {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  return new Promise((done) => child.on('close', (code) => done(code ?? 1)));
}
