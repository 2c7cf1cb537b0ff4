// Builds what runs: the page into dist/web, and the server's, the simulator's and the tools'
// programs into dist/node, each one file beside its source map. What did not change is not built
// again. `--only page|node` builds one of the two, `--force` builds regardless.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { withLock } from './lib/lock.mjs';
import { writeRelease } from './lib/release.mjs';
import { fingerprint } from './lib/sources.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SHARED = ['protocol', 'shaders', 'package-lock.json', 'scripts/build.mjs', 'tsconfig.base.json'];
const PAGE_SOURCES = [...SHARED, 'web', 'public', 'vite.config.ts'];
const NODE_SOURCES = [...SHARED, 'server', 'sim', 'sdk', 'bench'];

/** Programs: name under dist/node → its source. A source that does not exist is passed over. */
function entries() {
  const named = {
    'server/main': 'server/main.ts',
    'server/recover': 'server/main/recover.ts',
    'server/feeds-thread': 'server/feeds/thread.ts',
    'server/relay-thread': 'server/relay/thread.ts',
    'server/archive-thread': 'server/archive/thread.ts',
    'server/archive-tool': 'server/main/archive-tool.ts',
    'server/kernels-thread': 'server/kernels/thread.ts',
    'server/store-tool': 'server/store/tool-main.ts',
    'server/hashing-thread': 'server/auth/hashing-thread-entry.ts',
    'audit/main': 'server/audit-tool.ts',
    'audit/verify-thread': 'server/audit/tools/verify-thread.ts',
    'doctor/main': 'server/doctor/main.ts',
    'import/main': 'server/prices/main.ts',
    'sim/main': 'sim/main.ts',
    'sim/record': 'sim/record.ts',
    'record/main': 'server/feeds/recording/main.ts',
    'sdk/samples/maker': 'sdk/samples/maker.ts',
  };
  const benches = existsSync(join(ROOT, 'bench'))
    ? readdirSync(join(ROOT, 'bench')).filter((name) => /\.ts$/.test(name) && !/\.(test|d)\.ts$/.test(name))
    : [];
  for (const file of benches) named[`bench/${file.slice(0, -3)}`] = `bench/${file}`;
  return Object.entries(named).filter(([, source]) => existsSync(join(ROOT, source)));
}

/** The bundler's message less its heading, its plugin's name, its colours and its stack. */
function firstReason(error) {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const rows = text.split('\n');
  return rows.find((row) => /\S/.test(row) && !/^(Build failed|\[plugin)/.test(row)) ?? rows[0];
}

async function buildPage() {
  const { build } = await import('vite');
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn', build: { sourcemap: true } });
  return 1;
}

async function buildNode() {
  const { build } = await import('vite');
  const programs = entries();
  const failures = [];
  rmSync(join(ROOT, 'dist/node'), { recursive: true, force: true });
  // One build a program and nothing split off: `import.meta.url` is then always the program's own
  // file, so a thread is found beside it (`new URL('./feeds-thread.js', import.meta.url)`).
  for (const [name, source] of programs) {
    const done = build({
      root: ROOT,
      configFile: false,
      publicDir: false,
      logLevel: 'warn',
      build: {
        ssr: true,
        target: 'node20',
        outDir: join(ROOT, 'dist/node'),
        emptyOutDir: false,
        sourcemap: true,
        minify: false,
        rolldownOptions: {
          input: { [name]: join(ROOT, source) },
          // A constant stays where it is read, with its name: what was built can be looked into.
          optimization: { inlineConst: false },
          output: {
            format: 'es',
            entryFileNames: '[name].js',
            codeSplitting: false,
            // As `var` a constant could change any time: hot paths read it again and again, up to a fifth slower.
            topLevelVar: false,
          },
        },
      },
    });
    await done.catch((error) => failures.push(`${name}: ${firstReason(error)}`));
  }
  if (failures.length > 0) throw new Error(failures.join('; '));
  return programs.length;
}

async function step(name, sources, output, build) {
  const stampFile = join(ROOT, 'dist', `.${name}.stamp`);
  const stamp = fingerprint(ROOT, sources);
  const fresh =
    existsSync(output) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && !values.force;
  if (fresh) return;
  const started = performance.now();
  rmSync(stampFile, { force: true });
  const count = await build();
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(stampFile, stamp);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`built ${name}: ${count} ${count === 1 ? 'program' : 'programs'}, ${seconds} s`);
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, force: { type: 'boolean', default: false } },
});
if (values.only !== undefined && !['page', 'node'].includes(values.only)) {
  console.error(`--only takes page or node, not "${values.only}".`);
  process.exit(2);
}

process.env.NODE_ENV = 'production';
process.chdir(ROOT);

/** The page and the programs fail apart: one that is broken does not keep the other from being built. */
async function attempt(...args) {
  try {
    await step(...args);
  } catch (error) {
    console.error(`The build of ${args[0]} failed: ${firstReason(error)}`);
    process.exitCode = 1;
  }
}

// Two builds at once (two terminals, two test runs) would write over each other.
await withLock(join(ROOT, '.cache/build.lock'), async () => {
  if (values.only !== 'page') await attempt('node', NODE_SOURCES, join(ROOT, 'dist/node'), buildNode);
  if (values.only !== 'node' && existsSync(join(ROOT, 'web/index.html'))) {
    await attempt('page', PAGE_SOURCES, join(ROOT, 'dist/web'), buildPage);
  }
  if (existsSync(join(ROOT, 'dist'))) writeRelease(ROOT);
});
