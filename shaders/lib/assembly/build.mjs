// Compiles a kernel's assembly/index.ts to WebAssembly and writes it, base64, into its wasm-binary.ts,
// so that a browser's worker and Node load it alike, without a fetch. `--check` compares instead and
// exits 1 when the committed module is not what the source compiles to.
//
//   node shaders/lib/assembly/build.mjs correlation [--check]
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const shaders = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const kernel = process.argv[2] ?? '';

async function compile() {
  let binary = null;
  const entry = `${kernel}/assembly/index.ts`;
  const options = '-O3 --noAssert --enable simd --runtime stub --outFile index.wasm'.split(' ');
  const { error, stderr } = await asc.main([entry, ...options], {
    readFile: (name) => readFile(shaders(name), 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error || binary === null) throw new Error(`AssemblyScript: ${error?.message}\n${stderr.toString()}`);
  return binary;
}

function source(binary) {
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,100}/g)
    .map((line) => `  '${line}',`);
  return [
    '// Generated from assembly/index.ts by lib/assembly/build.mjs; a test recompiles it and compares.',
    `/** The WASM SIMD kernel, ${binary.length} bytes, base64. */`,
    'export const MODULE_BASE64 = [',
    ...lines,
    "].join('');",
    '',
  ].join('\n');
}

const target = shaders(`${kernel}/wasm-binary.ts`);
const built = source(await compile());
if (process.argv.includes('--check')) {
  const committed = await readFile(target, 'utf8');
  if (committed !== built) {
    console.error(`shaders/${kernel}/wasm-binary.ts is not what its assembly/index.ts compiles to.`);
    process.exitCode = 1;
  }
} else {
  await writeFile(target, built);
  console.log(built.split('\n')[1]);
}
