/** Effects: installs the libraries that K1 is measured against, in a folder of their own, and bundles them. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const FOLDER = join(process.cwd(), 'bench/kernels/peers');
const WASM = join(FOLDER, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');

/** Puts `peers.js` and what it loads into the page's folder. @throws where the registry cannot be reached. */
export async function installPeers(page: string): Promise<void> {
  if (!existsSync(WASM)) {
    const npm = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: FOLDER, stdio: ['ignore', 2, 2] });
    if (npm.status !== 0)
      throw new Error('The peers could not be installed (npm ci in bench/kernels/peers).');
  }
  await build({
    root: FOLDER,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: page,
      emptyOutDir: false,
      target: 'es2022',
      // tfjs makes a worker of a function's own text, which names what a minifier would rename.
      minify: false,
      lib: { entry: join(FOLDER, 'peers.mjs'), formats: ['es'], fileName: 'peers' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  for (const file of readdirSync(WASM)) {
    if (file.endsWith('.wasm')) copyFileSync(join(WASM, file), join(page, file));
  }
}
