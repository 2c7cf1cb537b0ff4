// Compiles index.ts to WebAssembly and writes it, base64, into ../wasm-binary.ts, so that a browser's
// worker and Node load it alike, without a fetch. `--check` compares instead and exits 1 when the
// committed module is not what the source compiles to.
//
//   node shaders/correlation/assembly/build.mjs [--check]
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

async function compile() {
  let binary = null;
  const files = new Map([['index.ts', await readFile(path('index.ts'), 'utf8')]]);
  const { error, stderr } = await asc.main(
    ['index.ts', '-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--outFile', 'index.wasm'],
    {
      readFile: (name) => files.get(name) ?? null,
      writeFile: (_name, contents) => {
        binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || binary === null) throw new Error(`AssemblyScript: ${error?.message}\n${stderr.toString()}`);
  return binary;
}

function source(binary) {
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,100}/g)
    .map((line) => `  '${line}',`);
  return [
    '// Generated from assembly/index.ts by assembly/build.mjs; a test recompiles it and compares.',
    `/** The WASM SIMD kernel, ${binary.length} bytes, base64. */`,
    'export const MODULE_BASE64 = [',
    ...lines,
    "].join('');",
    '',
  ].join('\n');
}

const target = path('../wasm-binary.ts');
const built = source(await compile());
if (process.argv.includes('--check')) {
  const committed = await readFile(target, 'utf8');
  if (committed !== built) {
    console.error('shaders/correlation/wasm-binary.ts is not what assembly/index.ts compiles to.');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, built);
  console.log(built.split('\n')[1]);
}
