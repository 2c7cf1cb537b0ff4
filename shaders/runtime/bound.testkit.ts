/** A device that remembers what was bound to each entry point, and the bytes that the host had written there. */
import type { GpuContext } from './context.ts';

export interface Bound {
  readonly entry: string;
  /** By binding: what was last written to the buffer by then; null: nothing (the shader writes it). */
  readonly bytes: ReadonlyMap<number, Uint8Array<ArrayBuffer> | null>;
}

export interface Watched {
  readonly bound: readonly Bound[];
  /** The host's layout of each entry point: the type of each binding. */
  readonly layouts: ReadonlyMap<string, ReadonlyMap<number, GPUBufferBindingType>>;
}

/** From now on; only of buffers, as that is all our kernels bind. */
export function watch({ device }: GpuContext): Watched {
  const bound: Bound[] = [];
  const layouts = new Map<string, ReadonlyMap<number, GPUBufferBindingType>>();
  const written = new WeakMap<GPUBuffer, Uint8Array<ArrayBuffer>>();
  const types = new WeakMap<object, ReadonlyMap<number, GPUBufferBindingType>>();
  const within = new WeakMap<object, GPUBindGroupLayout>();
  const entryOf = new WeakMap<object, string>();

  const { queue } = device;
  const writeBuffer = queue.writeBuffer.bind(queue);
  queue.writeBuffer = (buffer, offset, data: ArrayBufferView<ArrayBuffer>) => {
    written.set(buffer, new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice());
    writeBuffer(buffer, offset, data);
  };
  const createBindGroupLayout = device.createBindGroupLayout.bind(device);
  device.createBindGroupLayout = (descriptor) => {
    const layout = createBindGroupLayout(descriptor);
    const entries = [...descriptor.entries].map(
      ({ binding, buffer }) => [binding, buffer?.type ?? 'uniform'] as const,
    );
    types.set(layout, new Map(entries));
    return layout;
  };
  const createPipelineLayout = device.createPipelineLayout.bind(device);
  device.createPipelineLayout = (descriptor) => {
    const made = createPipelineLayout(descriptor);
    const [layout] = [...descriptor.bindGroupLayouts];
    if (layout) within.set(made, layout);
    return made;
  };
  const createComputePipelineAsync = device.createComputePipelineAsync.bind(device);
  device.createComputePipelineAsync = async (descriptor) => {
    const pipeline = await createComputePipelineAsync(descriptor);
    const entry = descriptor.compute.entryPoint ?? '';
    const layout = typeof descriptor.layout === 'string' ? undefined : within.get(descriptor.layout);
    layouts.set(entry, (layout && types.get(layout)) ?? new Map());
    const getBindGroupLayout = pipeline.getBindGroupLayout.bind(pipeline);
    pipeline.getBindGroupLayout = (index) => {
      const own = getBindGroupLayout(index);
      entryOf.set(own, entry);
      return own;
    };
    return pipeline;
  };
  const createBindGroup = device.createBindGroup.bind(device);
  device.createBindGroup = (descriptor) => {
    const bytes = [...descriptor.entries].map(({ binding, resource }) => {
      const { buffer } = resource as GPUBufferBinding;
      return [binding, written.get(buffer) ?? null] as const;
    });
    bound.push({ entry: entryOf.get(descriptor.layout) ?? '', bytes: new Map(bytes) });
    return createBindGroup(descriptor);
  };
  return { bound, layouts };
}
