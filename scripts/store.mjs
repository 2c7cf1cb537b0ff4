// `npm run store -- rebuild|status|migrate`: the database that the audit log is searched in, built
// again from the log, looked at, or brought to this version's tables. The server must be stopped.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { configOf } from './lib/config-of.mjs';
import { lockOwner } from './lib/data-dir.mjs';
import { DATA, ROOT, shortPath } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

const USAGE = 'usage: npm run store -- rebuild|status|migrate [--data DIR] [--config FILE]';

await main(async () => {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { data: { type: 'string' }, config: { type: 'string' } },
    });
  } catch {
    throw new Trouble(USAGE);
  }
  const { positionals, values } = parsed;
  if (positionals.length !== 1) throw new Trouble(USAGE);
  const here = process.env.INIT_CWD ?? process.cwd();
  const dir = values.data ? resolve(here, values.data) : join(DATA, 'demo');
  if (!existsSync(join(dir, 'audit'))) throw new Trouble(`${shortPath(dir)} holds no audit log.`);
  const owner = lockOwner(dir);
  if (owner !== null) {
    throw new Trouble(`${shortPath(dir)} is in use by process ${owner}; stop it first (Ctrl-C).`);
  }
  const config = configOf(dir, values.config);
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only', 'node'], {
    stdio: ['ignore', 2, 2],
  });
  const program = join(ROOT, 'dist/node/server/store-tool.js');
  if (built.status !== 0 || !existsSync(program)) throw new Trouble('The build failed.');
  const child = spawn(process.execPath, [program, positionals[0], '--data', dir, '--config', config], {
    stdio: 'inherit',
  });
  process.exitCode = await new Promise((done) => child.on('close', (code) => done(code ?? 1)));
});
