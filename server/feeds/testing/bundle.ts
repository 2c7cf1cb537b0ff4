import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** A module with all that it imports, as the text of one file that a worker can run. */
export async function bundle(module: URL, format: 'cjs' | 'esm'): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      write: false,
      minify: false,
      ssr: fileURLToPath(module),
      rolldownOptions: { output: { format } },
    },
  });
  if (!('output' in built)) throw new Error(`${module.href} did not build`);
  return built.output[0].code;
}
