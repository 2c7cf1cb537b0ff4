// `npm run sample:maker`: builds and runs a sample strategy against the server that `npm run up` started.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DATA, ROOT, shortPath } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

await main(async () => {
  const [name = '', ...rest] = process.argv.slice(2);
  const program = join(ROOT, 'dist/node/sdk/samples', `${name}.js`);
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only', 'node'], {
    stdio: 'inherit',
  });
  if (built.status !== 0) throw new Trouble('The build failed.');
  if (!/^[a-z-]+$/.test(name) || !existsSync(program))
    throw new Trouble(`There is no sample called "${name}".`);
  const child = spawn(process.execPath, [program, ...strategyArguments(rest)], { stdio: 'inherit' });
  const pass = (signal) => process.on(signal, () => child.kill(signal));
  pass('SIGINT');
  pass('SIGTERM');
  process.exitCode = await new Promise((done) => child.on('close', (code) => done(code ?? 1)));
});

/** Where the running server is and its strategy's key file, unless the caller says so. */
function strategyArguments(rest) {
  if (rest.includes('--url')) return rest;
  const at = rest.indexOf('--data');
  const dir = at < 0 ? join(DATA, 'demo') : resolve(process.env.INIT_CWD ?? '.', rest[at + 1] ?? '');
  const others = at < 0 ? rest : rest.toSpliced(at, 2);
  let control;
  try {
    ({ control } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')));
  } catch {
    throw new Trouble(
      `${shortPath(dir)} is not the data directory of a running server; start it with npm run up.`,
    );
  }
  return ['--url', control, '--key-file', join(dir, 'strategy.key'), ...others];
}
