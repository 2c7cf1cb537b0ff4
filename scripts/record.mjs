// `npm run record`: builds and runs the recorder; its options are the recorder's own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

await main(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--only', 'node'], {
    stdio: 'inherit',
  });
  const program = join(ROOT, 'dist/node/record/main.js');
  if (built.status !== 0 || !existsSync(program)) throw new Trouble('The build failed.');
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A Ctrl-C reaches the recorder by itself; it ends the file and then itself.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((done) => child.on('close', (code) => done(code ?? 1)));
});
