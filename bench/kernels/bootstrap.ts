/**
 * K4, the block bootstrap: 512 instruments, 1,024 bars, 512 resamples. Bar: WASM at least 10 million
 * resamples of a pair a second on one thread, from prepared rows to the four figures. By processor
 * time, which neighbours on a shared machine do not stretch; the wall's rate stands beside it.
 */
import { usualBlockLength } from '../../shaders/bootstrap/block-table.ts';
import { bootstrapTypescript } from '../../shaders/bootstrap/cpu.ts';
import { prepareResampling, type Resampling } from '../../shaders/bootstrap/resampling.ts';
import { WasmBootstrap } from '../../shaders/bootstrap/wasm.ts';
import { buildPanel } from '../../shaders/correlation/build-panel.ts';
import { factorReturns } from '../lib/returns.ts';
import { median, printTable } from '../lib/report.ts';
import { plainBootstrap } from './plain-bootstrap.ts';
import type { Section, SectionResult } from './section.ts';

const [N, T, RESAMPLES, ROUNDS] = [512, 1024, 512, 9];
/** Every 16th row is enough to time: rows near the top are long, those at the end short. */
const STEP = 16;
/** Rows of the slower contenders. */
const FEW = 16;
const BAR = 10e6;

interface Contender {
  readonly label: string;
  /** Does its work and says how many pairs that were. */
  readonly work: () => number;
  readonly perProcessor: number[];
  readonly perWall: number[];
}

export const bootstrap: Section = { name: 'bootstrap', run };

function run(): SectionResult {
  const many = prepare(N);
  const few = prepare(FEW);
  const kernel = new WasmBootstrap();
  const rowOf = kernel.load(many.resampling);
  const contender = (label: string, work: () => number): Contender => ({
    ...{ label, work, perProcessor: [], perWall: [] },
  });
  const wasm = contender('WASM SIMD, four pairs at a time', () => {
    let pairs = 0;
    for (let row = 0; row < N; row += STEP) pairs += rowOf(row).length / 4;
    return pairs;
  });
  const typescript = contender('TypeScript twin, the same bits', () => {
    return bootstrapTypescript(few.resampling).pairs.length / 4;
  });
  const plain = contender('plain TypeScript: gather and correlate', () => {
    const row = (i: number): Float64Array => few.returns.subarray(i * T, (i + 1) * T);
    for (let j = 1; j < FEW; j++) plainBootstrap(row(0), row(j), few.resampling.table);
    return FEW - 1;
  });
  const contenders = [wasm, typescript, plain];
  for (const { work } of contenders) work();
  for (let round = 0; round < ROUNDS; round++) for (const each of contenders) turn(each);
  const differing = differingWords(few.resampling);
  printTable(
    [`K4: ${N} × ${T} × ${RESAMPLES} resamples, one thread`, 'M/s of processor', 'of the wall', 'runs'],
    contenders.map(({ label, perProcessor, perWall }) => [
      ...([label, median(perProcessor) / 1e6, median(perWall) / 1e6, ROUNDS] as const),
    ]),
  );
  const rate = median(wasm.perProcessor);
  return {
    pass: rate >= BAR && differing === 0,
    figures: {
      ...{ n: N, t: T, resamples: RESAMPLES, blockLength: usualBlockLength(T), runs: ROUNDS },
      wasmPairResamples: rate,
      wasmPairResamplesOfTheWall: median(wasm.perWall),
      typescriptPairResamples: median(typescript.perProcessor),
      plainPairResamples: median(plain.perProcessor),
      wasmTimesPlain: rate / median(plain.perProcessor),
      differingWords: differing,
      barPairResamples: BAR,
    },
  };
}

function prepare(n: number): { readonly returns: Float64Array; readonly resampling: Resampling } {
  const { returns, valid } = factorReturns(n, T, 2026);
  const resampling = prepareResampling(buildPanel({ returns, valid, n, t: T }), {
    ...{ resamples: RESAMPLES, blockLength: usualBlockLength(T), stationary: false },
    ...{ seed: 1, threshold: 0.5, confidence: 0.95 },
  });
  return { returns, resampling };
}

function turn({ work, perProcessor, perWall }: Contender): void {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const resamples = work() * RESAMPLES;
  const { user, system } = process.cpuUsage(before);
  perProcessor.push(resamples / ((user + system) / 1e6));
  perWall.push(resamples / ((performance.now() - startedAt) / 1e3));
}

/** Words in which the two backends' figures differ. */
function differingWords(resampling: Resampling): number {
  const [a, b] = [new WasmBootstrap().bootstrap(resampling), bootstrapTypescript(resampling)];
  const words = new Uint32Array(b.pairs.buffer);
  return new Uint32Array(a.pairs.buffer).filter((word, at) => word !== words[at]).length;
}
