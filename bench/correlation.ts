/**
 * `npm run bench -- correlation`: N = 512 instruments by T = 512 samples, in a page in Chromium.
 * Bars: the TypeScript twin at least 3 times and WASM SIMD at least 20 times as fast as a plain
 * triple loop over all pairs; no backend further than 1e-6 from float64.
 */
import { finish, median, printTable } from './lib/report.ts';
import { openBenchPage } from './lib/page.ts';
import type { CorrelationReport } from './pages/correlation.ts';

const [N, T, ROUNDS] = [512, 512, 9];
const BARS = { typescript: 3, wasm: 20, maxError: 1e-6 };

const LABELS: Readonly<Record<string, string>> = {
  plain: 'plain triple loop (TypeScript, f64)',
  plainHalf: 'plain loop, upper triangle only',
  typescript: 'TypeScript twin, blocked 4 × 4',
  wasm: 'WASM SIMD, packed 4 × 8',
  webgpu: 'WebGPU',
};

const { page, browserVersion, close } = await openBenchPage('correlation');
try {
  const report = await page.evaluate<CorrelationReport, [number, number, number]>(
    ([n, t, rounds]) => globalThis.correlationBench(n, t, rounds),
    [N, T, ROUNDS],
  );
  conclude(report);
} finally {
  await close();
}

function conclude({ contenders, adapter }: CorrelationReport): void {
  const millis = Object.fromEntries(contenders.map(({ name, millis }) => [name, median(millis)]));
  const times = (name: string): number => (millis['plain'] ?? Number.NaN) / (millis[name] ?? Number.NaN);
  printTable(
    [`N = ${N}, T = ${T}, Chromium ${browserVersion}`, 'ms (median)', 'runs', 'times plain', 'max |error|'],
    contenders.map(({ name, millis: runs, maxError, missing }) => [
      `${LABELS[name] ?? name}${name === 'webgpu' && adapter !== null ? ` on ${adapter}` : ''}${missing === null ? '' : `: ${missing}`}`,
      median(runs),
      runs.length,
      times(name),
      maxError,
    ]),
  );
  const backends = contenders.filter(({ name }) => name !== 'plain' && name !== 'plainHalf');
  const maxError = Math.max(...backends.map((backend) => backend.maxError));
  const missing = contenders.flatMap(({ missing: why }) => (why === null ? [] : [why]));
  const pass =
    times('typescript') >= BARS.typescript &&
    times('wasm') >= BARS.wasm &&
    maxError <= BARS.maxError &&
    missing.length === 0;
  finish('correlation', pass, {
    n: N,
    t: T,
    runs: ROUNDS,
    millis,
    typescriptTimesPlain: times('typescript'),
    wasmTimesPlain: times('wasm'),
    webgpuTimesPlain: times('webgpu'),
    wasmTimesPlainHalf: (millis['plainHalf'] ?? Number.NaN) / (millis['wasm'] ?? Number.NaN),
    maxError,
    adapter,
    missing,
    bars: BARS,
  });
}
