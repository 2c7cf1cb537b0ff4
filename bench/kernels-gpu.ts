/**
 * `npm run bench -- kernels-gpu`: K1's tilings and K3 on this machine's GPU, through Dawn in Node, by the
 * GPU's own timestamps; beside K1 what PyTorch takes on the same card, where both are. Without a hardware
 * GPU it runs small cases on the software one and says so: that proves the bench, not the kernels' speed.
 */
import { spawnSync } from 'node:child_process';
import { buildPanel } from '../shaders/correlation/build-panel.ts';
import { GpuCorrelation, type ProductVariant } from '../shaders/correlation/gpu.ts';
import { GpuPbit } from '../shaders/pbit/gpu.ts';
import { adapterName } from '../shaders/runtime/adapter.ts';
import { openTimed } from './kernels-gpu/adapter.ts';
import { measuredPeak } from './kernels-gpu/peak.ts';
import { ringNetwork } from './kernels/ring-network.ts';
import { finish, median, printTable } from './lib/report.ts';
import { factorReturns } from './lib/returns.ts';

const VARIANTS: readonly ProductVariant[] = ['product_registers', 'product_tile_64', 'product_tile_128'];
const ROUNDS = 9;

const { context, clock, close } = await openTimed();
const { software } = context.adapter;
const name = adapterName(context.adapter);
const by = clock.isWall ? 'wall clock' : 'GPU timestamps';
const shapes: readonly (readonly [number, number])[] = software
  ? [[256, 256]]
  : [
      [512, 1024],
      [1024, 1024],
      [2048, 1024],
      [4096, 1024],
    ];
const rounds = software ? 3 : ROUNDS;

// A software device makes fused steps of many: its "peak" would be less than what it does.
const peak = software ? Number.NaN : await measuredPeak(context, clock);
const k1: Record<string, { ms: number; teraflops: number; ofPeak: number }> = {};
for (const [n, t] of shapes) {
  const panel = buildPanel({ ...factorReturns(n, t, 2026), n, t });
  for (const variant of VARIANTS) {
    const kernel = await GpuCorrelation.create(context, variant);
    const work = (): Promise<unknown> => kernel.correlate(panel);
    for (let k = 0; k < 3; k++) await work();
    const millis: number[] = [];
    for (let k = 0; k < rounds; k++) millis.push(await clock.time(work));
    const ms = median(millis);
    // The triangle with its diagonal, a multiplication and an addition each.
    const flops = (n * (n + 1) * t) / (ms / 1e3);
    k1[`${n}x${t} ${variant}`] = { ms, teraflops: flops / 1e12, ofPeak: flops / peak };
  }
}

const [spins, chains, sweeps] = software ? [512, 256, 1] : [512, 65_536, 100];
const sampler = (await GpuPbit.create(context)).open({
  network: ringNetwork(spins),
  chains,
  seed: 1,
  stream: 0,
});
const sweep = (): Promise<void> => sampler.sweep(sweeps);
await clock.time(sweep);
const sweepMs: number[] = [];
for (let k = 0; k < rounds; k++) sweepMs.push(await clock.time(sweep));
const flipsPerNs = (spins * chains * sweeps) / (median(sweepMs) * 1e6);

const torch = torchReference(shapes);
printTable(
  [`K1 on ${name}, by ${by}`, 'ms', 'TFLOP/s', '% of peak'],
  Object.entries(k1).map(([label, { ms, teraflops, ofPeak }]) => [label, ms, teraflops, 100 * ofPeak]),
);
printTable(
  [`K3 on ${name}, ${spins} spins, 8 neighbours, ${chains} chains`, 'flips/ns', 'runs'],
  [['update', flipsPerNs, rounds]],
);
const note = software ? 'No hardware GPU was at hand: these figures say nothing of one.' : null;
if (note !== null) process.stdout.write(`${note}\n`);
// No bar without a card: the goal is K1 faster than torch.corrcoef in fp32 on the same one.
const faster = software || 'missing' in torch || fasterThanTorch(torch.millis);
close();
finish('kernels-gpu', faster, {
  ...{ adapter: name, software, by, peakTeraflops: peak / 1e12, k1, flipsPerNs, torch, note, runs: rounds },
});
type Torch =
  { readonly missing: string } | { readonly card: string; readonly millis: Record<string, number> };

function torchReference(of: readonly (readonly [number, number])[]): Torch {
  const shapesOf = of.map(([n, t]) => `${n}x${t}`);
  const python = spawnSync('python3', ['bench/torch_ref.py', ...shapesOf], { encoding: 'utf8' });
  if (python.status !== 0) return { missing: 'PyTorch is not here.' };
  return JSON.parse(python.stdout) as Torch;
}

/** The best tiling at each shape against PyTorch's time. */
function fasterThanTorch(millis: Record<string, number>): boolean {
  return Object.entries(millis).every(([shape, ms]) =>
    VARIANTS.some((variant) => (k1[`${shape} ${variant}`]?.ms ?? Infinity) < ms),
  );
}
