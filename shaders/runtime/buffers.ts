import { GpuFault, type GpuContext } from './context.ts';

/** GPUBufferUsage, spelled out: Node has no such global. */
export const USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;
const MAP_READ = 1;

const KINDS = {
  uniform: USAGE.uniform | USAGE.copyTarget,
  input: USAGE.storage | USAGE.copyTarget,
  output: USAGE.storage | USAGE.copySource | USAGE.copyTarget,
  staging: USAGE.mapRead | USAGE.copyTarget,
} as const;

/** Buffers by name, kept from call to call and made anew when a size changes. */
export class Buffers {
  readonly #context: GpuContext;
  readonly #held = new Map<string, GPUBuffer>();

  constructor(context: GpuContext) {
    this.#context = context;
  }

  /** Of all that it holds on the device. */
  get bytes(): number {
    return [...this.#held.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws GpuFault when the device has no buffer that large. */
  get(name: string, kind: keyof typeof KINDS, bytes: number): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    const held = this.#held.get(name);
    if (held?.size === size) return held;
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#context.limits;
    if (size > Math.min(maxBufferSize, maxStorageBufferBindingSize)) {
      throw new GpuFault(`${name} needs ${size} bytes, more than this device binds`);
    }
    held?.destroy();
    const made = this.#context.device.createBuffer({ label: name, size, usage: KINDS[kind] });
    this.#held.set(name, made);
    return made;
  }

  upload(name: string, kind: 'uniform' | 'input' | 'output', bytes: ArrayBufferView<ArrayBuffer>): GPUBuffer {
    const buffer = this.get(name, kind, bytes.byteLength);
    this.#context.device.queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  }
}

/** A copy of the first `bytes` (a multiple of 4) of a staging buffer; rejects when the device is lost. */
export async function readBack(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  const copy = new Uint32Array(bytes / 4);
  await readInto(staging, copy);
  return copy.buffer;
}

/** Fills `words` from the beginning of a staging buffer, and gives them; rejects when the device is lost. */
export async function readInto<W extends Uint32Array>(staging: GPUBuffer, words: W): Promise<W> {
  // No more than is asked for comes over from the browser's GPU process.
  await staging.mapAsync(MAP_READ, 0, Math.max(4, words.byteLength));
  words.set(new Uint32Array(staging.getMappedRange(0, words.byteLength)));
  staging.unmap();
  return words;
}
