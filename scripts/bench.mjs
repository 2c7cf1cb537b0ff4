// `npm run bench -- NAME`: builds and runs one bench; without a name, lists them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './lib/chromium.mjs';
import { ROOT } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

await main(async () => {
  const [name, ...rest] = process.argv.slice(2);
  const names = readdirSync(join(ROOT, 'bench'))
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -3));
  if (name === undefined || !names.includes(name)) {
    throw new Trouble(
      `${name === undefined ? 'Which bench' : `There is no bench "${name}"`}? npm run bench -- ${names.join('|')}`,
    );
  }
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
  const program = join(ROOT, 'dist/node/bench', `${name}.js`);
  if (built.status !== 0 || !existsSync(program)) throw new Trouble('The build failed.');
  const child = spawn(process.execPath, ['--expose-gc', program, ...rest], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CWTS_CHROMIUM: findChromium() ?? '' },
  });
  process.exitCode = await new Promise((done) => child.on('close', (code) => done(code ?? 1)));
});
