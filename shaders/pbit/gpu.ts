/** Host of pbit.wgsl: buffers, dispatches, read-back. */
import philox from '../lib/philox.wgsl?raw';
import { Buffers, readBack } from '../runtime/buffers.ts';
import type { GpuContext } from '../runtime/context.ts';
import { Pacer } from '../runtime/pacer.ts';
import { pairCount } from './ising.ts';
import type { Network } from './network.ts';
import source from './pbit.wgsl?raw';
import { BLOCKS, checkRun, keyOf, startSpins, wordsOf, type Run, type Sampler } from './sampler.ts';
import { THRESHOLDS } from './threshold.ts';

type Entry = 'update' | 'advance' | 'count_pairs';
type Pipelines = Readonly<Record<Entry, GPUComputePipeline>>;

const WORKGROUP = 64;
/** Updates of the first submit: what any adapter of the kind does in far less than a frame's time. */
const FIRST_FLIPS = { software: 2 ** 16, hardware: 2 ** 24 };

/** The compiled kernel of one device. */
export class GpuPbit {
  readonly #context: GpuContext;
  readonly #pipelines: Pipelines;
  /** By stream: a stream's next run takes the buffers of its last. */
  readonly #buffers = new Map<number, Buffers>();

  private constructor(context: GpuContext, pipelines: Pipelines) {
    this.#context = context;
    this.#pipelines = pipelines;
  }

  static async create(context: GpuContext): Promise<GpuPbit> {
    const pipelines = await context.pipelines('pbit', `${philox}\n${source}`, {
      update: context.layout({
        ...{ 0: 'uniform', 1: 'uniform', 2: 'read', 3: 'read', 4: 'read', 5: 'write', 6: 'write' },
      }),
      advance: context.layout({ 6: 'write' }),
      count_pairs: context.layout({ 0: 'uniform', 5: 'write', 7: 'write' }),
    });
    return new GpuPbit(context, pipelines);
  }

  /**
   * Ends the sampler that this stream had before.
   * @throws RangeError on a run that cannot be; GpuFault where the device has no such buffers.
   */
  open(run: Run): GpuSampler {
    const buffers = this.#buffers.get(run.stream) ?? new Buffers(this.#context);
    this.#buffers.set(run.stream, buffers);
    return new GpuSampler(this.#context, this.#pipelines, buffers, run);
  }
}

/** Rejects with what the device throws when it is lost. */
export class GpuSampler implements Sampler {
  readonly run: Run;
  readonly #context: GpuContext;
  readonly #pipelines: Pipelines;
  readonly #buffers: Buffers;
  readonly #spins: GPUBuffer;
  /** One bind group a colour, and how many workgroups it takes. */
  readonly #colours: readonly { readonly group: GPUBindGroup; readonly workgroups: number }[];
  readonly #advance: GPUBindGroup;
  readonly #shape: GPUBuffer;
  readonly #pacer: Pacer;
  /** Made when first counted: the replicas of an exchange count nothing. */
  #counted: { readonly group: GPUBindGroup; readonly counts: GPUBuffer } | null = null;

  constructor(context: GpuContext, pipelines: Pipelines, buffers: Buffers, run: Run) {
    checkRun(run);
    this.run = run;
    this.#context = context;
    this.#pipelines = pipelines;
    this.#buffers = buffers;
    const { network, chains, seed, stream, from = 0 } = run;
    const words = wordsOf(chains);
    const uniform = (name: string, fields: readonly number[]): GPUBuffer =>
      buffers.upload(name, 'uniform', Uint32Array.from(fields));
    this.#shape = uniform('shape', [network.n, words, ...keyOf(seed), stream, 0]);
    this.#spins = buffers.upload('spins', 'output', startSpins(run));
    const sweeps = buffers.upload('sweeps', 'output', Uint32Array.of(from, 0, 0, 0));
    const shared = {
      0: this.#shape,
      2: buffers.upload('rows', 'input', updateRows(network)),
      3: buffers.upload('edges', 'input', edgeList(network)),
      4: buffers.upload('thresholds', 'input', THRESHOLDS),
      5: this.#spins,
      6: sweeps,
    };
    this.#colours = Array.from({ length: Math.max(0, network.colours.length - 1) }, (_, c) => {
      const first = network.colours[c] ?? 0;
      const count = (network.colours[c + 1] ?? 0) - first;
      const bindings = { ...shared, 1: uniform(`colour ${c}`, [first, count, 0, 0]) };
      return { group: this.#group('update', bindings), workgroups: Math.ceil((count * words) / WORKGROUP) };
    });
    this.#advance = this.#group('advance', { 6: sweeps });
    this.#pacer = new Pacer(context.adapter.software ? FIRST_FLIPS.software : FIRST_FLIPS.hardware);
  }

  async sweep(count: number): Promise<void> {
    const { network, chains } = this.run;
    const flips = Math.max(1, network.n * chains);
    for (let done = 0; done < count;) {
      const sweeps = Math.min(count - done, Math.max(1, Math.floor(this.#pacer.slice / flips)));
      const started = this.#context.now();
      await this.#submit(sweeps);
      await this.#context.device.queue.onSubmittedWorkDone();
      this.#pacer.took(sweeps * flips, this.#context.now() - started);
      this.#context.answered();
      done += sweeps;
    }
  }

  #submit(sweeps: number): Promise<void> {
    return this.#context.scoped('p-bit sweep', () => {
      const encoder = this.#context.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let k = 0; k < sweeps; k++) {
        pass.setPipeline(this.#pipelines.update);
        for (const { group, workgroups } of this.#colours) {
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(workgroups);
        }
        pass.setPipeline(this.#pipelines.advance);
        pass.setBindGroup(0, this.#advance);
        pass.dispatchWorkgroups(1);
      }
      pass.end();
      this.#context.device.queue.submit([encoder.finish()]);
    });
  }

  countPairs(): Promise<void> {
    const { n } = this.run.network;
    return this.#context.scoped('p-bit pair counts', () => {
      const encoder = this.#context.device.createCommandEncoder();
      const counted = (this.#counted ??= this.#startCounting(encoder));
      const pass = encoder.beginComputePass();
      pass.setPipeline(this.#pipelines.count_pairs);
      pass.setBindGroup(0, counted.group);
      pass.dispatchWorkgroups(Math.ceil(n / WORKGROUP), n);
      pass.end();
      this.#context.device.queue.submit([encoder.finish()]);
    });
  }

  read(): Promise<Uint32Array<ArrayBuffer>> {
    return this.#readWords('spins', this.#spins, this.run.network.n * wordsOf(this.run.chains));
  }

  write(spins: Uint32Array<ArrayBuffer>): void {
    this.#context.device.queue.writeBuffer(this.#spins, 0, spins);
  }

  async differing(): Promise<Uint32Array<ArrayBuffer>> {
    const size = pairCount(this.run.network.n) * BLOCKS;
    if (this.#counted === null) return new Uint32Array(size);
    return this.#readWords('differing', this.#counted.counts, size);
  }

  #startCounting(encoder: GPUCommandEncoder): { group: GPUBindGroup; counts: GPUBuffer } {
    const counts = this.#buffers.get('differing', 'output', pairCount(this.run.network.n) * BLOCKS * 4);
    encoder.clearBuffer(counts);
    return { counts, group: this.#group('count_pairs', { 0: this.#shape, 5: this.#spins, 7: counts }) };
  }

  async #readWords(name: string, from: GPUBuffer, words: number): Promise<Uint32Array<ArrayBuffer>> {
    const staging = await this.#context.scoped('p-bit read-back', () => {
      const target = this.#buffers.get(`${name} staging`, 'staging', from.size);
      const encoder = this.#context.device.createCommandEncoder();
      encoder.copyBufferToBuffer(from, 0, target, 0, from.size);
      this.#context.device.queue.submit([encoder.finish()]);
      return target;
    });
    return new Uint32Array(await readBack(staging, words * 4));
  }

  #group(entry: Entry, bindings: Readonly<Record<number, GPUBuffer>>): GPUBindGroup {
    return this.#context.device.createBindGroup({
      layout: this.#pipelines[entry].getBindGroupLayout(0),
      entries: Object.entries(bindings).map(([binding, buffer]) => ({
        binding: Number(binding),
        resource: { buffer },
      })),
    });
  }
}

/** `Row` of the shader: spin, first and end of its edges, field. */
function updateRows({ order, offsets, fields }: Network): Uint32Array<ArrayBuffer> {
  const rows = [...order].flatMap((i) => [i, offsets[i] ?? 0, offsets[i + 1] ?? 0, fields[i] ?? 0]);
  return Uint32Array.from(rows);
}

/** `Edge` of the shader: neighbour, coupling. */
function edgeList({ neighbours, couplings }: Network): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: neighbours.length * 2 }, (_, at) =>
    at % 2 === 0 ? (neighbours[at >>> 1] ?? 0) : (couplings[at >>> 1] ?? 0),
  );
}
