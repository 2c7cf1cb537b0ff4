/**
 * K3, the p-bit network: 512 spins with 8 neighbours each, 1,024 chains. Bar: WASM at least 150
 * million updates of a spin a second on one thread. By processor time, which neighbours on a shared
 * machine do not stretch; the wall's rate stands beside it.
 */
import { TypescriptSampler } from '../../shaders/pbit/cpu.ts';
import type { Run } from '../../shaders/pbit/sampler.ts';
import { WasmSampler } from '../../shaders/pbit/wasm.ts';
import { median, printTable } from '../lib/report.ts';
import { PlainPbit } from './plain-pbit.ts';
import { DEGREE, ringNetwork } from './ring-network.ts';
import type { Section, SectionResult } from './section.ts';

const [SPINS, CHAINS, ROUNDS] = [512, 1024, 9];
const BAR_MFLIPS = 150;

interface Contender {
  readonly label: string;
  /** So many that a turn takes some tenths of a second. */
  readonly sweeps: number;
  readonly sampler: { sweep: (count: number) => void };
  readonly perProcessor: number[];
  readonly perWall: number[];
}

export const pbit: Section = { name: 'pbit', run };

function run(): SectionResult {
  const network = ringNetwork(SPINS);
  const spec: Run = { network, chains: CHAINS, seed: 1, stream: 0 };
  const contender = (label: string, sweeps: number, sampler: Contender['sampler']): Contender => ({
    ...{ label, sweeps, sampler, perProcessor: [], perWall: [] },
  });
  const wasm = contender('WASM SIMD, 16 chains at a time', 160, new WasmSampler(spec));
  const typescript = contender('TypeScript twin, the same bits', 6, new TypescriptSampler(spec));
  const plain = contender('plain TypeScript: tanh, doubles, Math.random', 8, new PlainPbit(network, CHAINS));
  const contenders = [wasm, typescript, plain];
  for (const { sampler } of contenders) sampler.sweep(2);
  for (let round = 0; round < ROUNDS; round++) for (const each of contenders) turn(each);
  const differing = differingWords(spec);
  printTable(
    [
      `K3: ${SPINS} spins, 8 neighbours, ${CHAINS} chains, one thread`,
      'Mflips/s of processor',
      'of the wall',
      'runs',
    ],
    contenders.map(({ label, perProcessor, perWall }) => [
      label,
      median(perProcessor),
      median(perWall),
      ROUNDS,
    ]),
  );
  const rate = median(wasm.perProcessor);
  return {
    pass: rate >= BAR_MFLIPS && differing === 0,
    figures: {
      ...{ spins: SPINS, degree: DEGREE, chains: CHAINS, runs: ROUNDS },
      wasmMflips: rate,
      wasmMflipsOfTheWall: median(wasm.perWall),
      typescriptMflips: median(typescript.perProcessor),
      plainMflips: median(plain.perProcessor),
      wasmTimesPlain: rate / median(plain.perProcessor),
      differingWords: differing,
      barMflips: BAR_MFLIPS,
    },
  };
}

function turn({ sweeps, sampler, perProcessor, perWall }: Contender): void {
  const flips = (sweeps * SPINS * CHAINS) / 1e6;
  const startedAt = performance.now();
  const before = process.cpuUsage();
  sampler.sweep(sweeps);
  const { user, system } = process.cpuUsage(before);
  perProcessor.push(flips / ((user + system) / 1e6));
  perWall.push(flips / ((performance.now() - startedAt) / 1e3));
}

/** Words in which the two backends' states differ after the same sweeps. */
function differingWords(spec: Run): number {
  const [a, b] = [new WasmSampler(spec), new TypescriptSampler(spec)];
  a.sweep(2);
  b.sweep(2);
  const states = b.read();
  return a.read().filter((word, at) => word !== states[at]).length;
}
