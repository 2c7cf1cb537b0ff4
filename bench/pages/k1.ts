/** Runs in the page: K1 from the standardised floats to the matrix, ours and others', in turns. */
import { buildPanel } from '../../shaders/correlation/build-panel.ts';
import { GpuCorrelation } from '../../shaders/correlation/gpu.ts';
import type { Panel } from '../../shaders/correlation/panel.ts';
import { WasmCorrelation } from '../../shaders/correlation/wasm.ts';
import { adapterName } from '../../shaders/runtime/adapter.ts';
import { findAdapter, GpuContext } from '../../shaders/runtime/context.ts';
import { factorReturns } from '../lib/returns.ts';
import { makeCrew } from './crew.ts';

export interface K1Contender {
  readonly name: string;
  readonly millis: number[];
  /** Largest difference from the WASM kernel's ρ; NaN where it did not run. */
  readonly difference: number;
  /** Why it did not run; null if it did. */
  readonly missing: string | null;
}

export interface K1Report {
  readonly contenders: K1Contender[];
  readonly isolated: boolean;
  readonly cores: number;
  readonly adapter: string | null;
  /** Whether helpers' bands came and were the bits of one worker. */
  readonly crewIsRight: boolean;
}

type Multiply = () => ArrayLike<number> | Promise<ArrayLike<number>>;
type Peer = (z: Float32Array, n: number, t: number) => Promise<ArrayLike<number>>;

interface Setup {
  readonly n: number;
  readonly t: number;
  readonly rounds: number;
  readonly contenders: readonly string[];
}

let adapter: string | null = null;
let gpuKernel: GpuCorrelation | null = null;

async function k1Bench({ n, t, rounds, contenders }: Setup): Promise<K1Report> {
  const input = { ...factorReturns(n, t, 2026), n, t };
  const panel = buildPanel(input);
  const wasm = new WasmCorrelation();
  const { crew, ready, bands } = makeCrew(1);
  await crew.correlate(buildPanel({ ...factorReturns(1024, 64, 1), n: 1024, t: 64 }));
  await ready;
  const alone = wasm.correlate(panel).matrix;
  const together = (await crew.correlate(panel)).matrix;
  const crewIsRight = bands() > 0 && together.every((rho, at) => rho === alone[at]);
  const ours: Readonly<Record<string, () => Promise<Multiply>>> = {
    wasm: () => Promise.resolve(() => wasm.correlate(panel).matrix),
    'wasm, 2 workers': () => Promise.resolve(async () => (await crew.correlate(panel)).matrix),
    'wasm, from the returns': () => Promise.resolve(() => wasm.correlate(buildPanel(input)).matrix),
    'wasm, 2 workers, from the returns': () =>
      Promise.resolve(async () => (await crew.correlate(buildPanel(input))).matrix),
    webgpu: async () => {
      const kernel = (gpuKernel ??= await gpu());
      return async () => (await kernel.correlate(panel)).matrix;
    },
  };
  const made = new Map<string, Multiply>();
  const reports = new Map<string, K1Contender>();
  for (const name of contenders) {
    try {
      const multiply = await (ours[name]?.() ?? peer(name, panel));
      // Three runs to warm up: compilers see each loop hot, pipelines are made.
      let last: ArrayLike<number> = await multiply();
      for (let k = 0; k < 2; k++) last = await multiply();
      made.set(name, multiply);
      reports.set(name, { name, millis: [], difference: largestDifference(last, alone), missing: null });
    } catch (error) {
      const missing = error instanceof Error ? error.message : String(error);
      reports.set(name, { name, millis: [], difference: Number.NaN, missing });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, multiply] of made) {
      const started = performance.now();
      await multiply();
      reports.get(name)?.millis.push(performance.now() - started);
    }
  }
  crew.close();
  const { crossOriginIsolated: isolated, navigator } = globalThis;
  return {
    contenders: [...reports.values()],
    isolated,
    cores: navigator.hardwareConcurrency,
    adapter,
    crewIsRight,
  };
}

async function gpu(): Promise<GpuCorrelation> {
  const found = await findAdapter(navigator.gpu);
  if (!found.ok) throw new Error(found.error.sentence);
  adapter = adapterName(found.value.view);
  const context = await GpuContext.open(found.value, 1, () => performance.now());
  if (!context.ok) throw new Error(context.error.sentence);
  return GpuCorrelation.create(context.value);
}

/** Another library on the same floats without our padding. */
async function peer(name: string, panel: Panel): Promise<Multiply> {
  const address = '/peers.js';
  const { peers } = (await import(/* @vite-ignore */ address)) as {
    peers: Readonly<Record<string, () => Promise<Peer>>>;
  };
  const make = peers[name];
  if (make === undefined) throw new Error(`There is no peer ${name}.`);
  const multiply = await make();
  const { n, t, nPad } = panel;
  const z = new Float32Array(t * n);
  for (let k = 0; k < t; k++) z.set(panel.z.subarray(k * nPad, k * nPad + n), k * n);
  return () => multiply(z, n, t);
}

/** Off the diagonal, which is ours by definition and others' by rounding. */
function largestDifference(found: ArrayLike<number>, expected: Float32Array): number {
  let worst = found.length === expected.length ? 0 : Infinity;
  for (let at = 0; at < expected.length; at++) {
    const difference = Math.abs((found[at] ?? Number.NaN) - (expected[at] ?? 0));
    worst = difference <= worst ? worst : difference;
  }
  return worst;
}

declare global {
  var k1Bench: (setup: Setup) => Promise<K1Report>;
}
globalThis.k1Bench = k1Bench;
