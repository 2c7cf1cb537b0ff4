/**
 * K1, the matrix, in a page that may share memory: ours beside tfjs and jax-js. Bars at 1024 × 1024: the
 * backend that is chosen here (two workers) at least 2 times as fast as tfjs-wasm and 1.5 times as jax-js
 * on wasm, two workers 1.5 times as fast as one. At 512 × 1024 on the software GPU: at least 3 times as
 * fast as tfjs-webgpu and 1.1 times as jax-js on webgpu.
 */
import { openBenchPage } from '../lib/page.ts';
import { median, printTable } from '../lib/report.ts';
import type { K1Report } from '../pages/k1.ts';
import { installPeers } from './install-peers.ts';
import type { Section, SectionResult } from './section.ts';

const ROUNDS = 9;
const [ALONE, CREW] = ['wasm', 'wasm, 2 workers'];
const CASES = [
  {
    ...{ n: 1024, t: 1024, ours: CREW },
    contenders: [ALONE, CREW, 'wasm, from the returns', 'wasm, 2 workers, from the returns'],
    peers: { 'tfjs-wasm': 2, 'jax-js wasm': 1.5 },
  },
  {
    ...{ n: 512, t: 1024, ours: 'webgpu' },
    contenders: ['webgpu', CREW],
    peers: { 'tfjs-webgpu': 3, 'jax-js webgpu': 1.1 },
  },
] as const;
const CREW_BAR = 1.5;
/** Others sum in f32 without chunks. */
const SAME = 1e-5;

export const k1: Section = { name: 'k1', run };

async function run(): Promise<SectionResult> {
  const figures: Record<string, unknown> = {};
  let pass = true;
  const { page, browserVersion, close } = await openBenchPage('k1', { prepare: installPeers });
  try {
    for (const { n, t, ours, contenders, peers } of CASES) {
      const setup = { n, t, rounds: ROUNDS, contenders: [...contenders, ...Object.keys(peers)] };
      const report = await page.evaluate((given) => globalThis.k1Bench(given), setup);
      const result = judge(report, ours, peers);
      print(`K1: ${n} × ${t}, Chromium ${browserVersion}`, report, ours);
      figures[`${n}x${t}`] = { ...result, runs: ROUNDS };
      pass &&= result.pass;
    }
  } finally {
    await close();
  }
  return { pass, figures };
}

function judge(report: K1Report, ours: string, peers: Readonly<Record<string, number>>) {
  const millis = Object.fromEntries(report.contenders.map(({ name, millis: each }) => [name, median(each)]));
  const own = millis[ours] ?? Number.NaN;
  const times = Object.fromEntries(
    Object.keys(peers).map((peer) => [peer, (millis[peer] ?? Number.NaN) / own]),
  );
  const crewTimes = ALONE in millis ? (millis[ALONE] ?? Number.NaN) / own : null;
  const missing = report.contenders.flatMap(({ name, missing: why }) =>
    why === null ? [] : [`${name}: ${why}`],
  );
  const pass =
    missing.length === 0 &&
    report.crewIsRight &&
    report.contenders.every(({ difference }) => difference <= SAME) &&
    Object.entries(peers).every(([peer, bar]) => (times[peer] ?? 0) >= bar) &&
    (crewTimes === null || crewTimes >= CREW_BAR);
  const { isolated, cores, adapter, crewIsRight } = report;
  return { pass, millis, times, crewTimes, bars: peers, missing, isolated, cores, adapter, crewIsRight };
}

function print(title: string, { contenders }: K1Report, ours: string): void {
  const own = median(contenders.find(({ name }) => name === ours)?.millis ?? []);
  printTable(
    [title, 'ms (median)', 'least', 'runs', `times ${ours}`, 'max |difference|'],
    contenders.map(({ name, millis, difference, missing }) => [
      missing === null ? name : `${name}: ${missing}`,
      median(millis),
      Math.min(...millis),
      millis.length,
      median(millis) / own,
      difference,
    ]),
  );
}
