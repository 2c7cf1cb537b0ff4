// `npm run import -- FILE.csv[.gz]`: a price panel into the data directory, where every console of that
// server finds it; `list` and `remove NAME` besides. The server may run or not.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DATA, ROOT } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

await main(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only', 'node'], {
    stdio: ['ignore', 2, 2],
  });
  const program = join(ROOT, 'dist/node/import/main.js');
  if (built.status !== 0 || !existsSync(program)) throw new Trouble('The build failed.');
  const args = process.argv.slice(2);
  // Paths are meant as the person typed them, wherever npm runs this.
  const cwd = resolve(process.env.INIT_CWD ?? '.');
  const data = args.includes('--data') ? [] : ['--data', join(DATA, 'demo')];
  const child = spawn(process.execPath, [program, ...args, ...data], { cwd, stdio: 'inherit' });
  process.exitCode = await new Promise((done) => child.on('close', (code) => done(code ?? 1)));
});
