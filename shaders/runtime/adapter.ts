/** What the page may know and show of a GPU adapter. */
export interface AdapterView {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
  /** Runs on the CPU (SwiftShader, lavapipe, WARP): right, but slower than WASM SIMD. */
  readonly software: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;

export function describeAdapter(info: GPUAdapterInfo): AdapterView {
  const { vendor, architecture, description, device, isFallbackAdapter } = info;
  return {
    vendor,
    architecture,
    description,
    isFallbackAdapter,
    software: isFallbackAdapter || SOFTWARE.test(`${vendor} ${architecture} ${description} ${device}`),
  };
}

export function adapterName({ vendor, architecture, description }: AdapterView): string {
  return [vendor, architecture].filter((part) => part !== '').join(' ') || description || 'unnamed adapter';
}

/** The limits the kernels ask for, by name, so that what holds here holds on every device. */
export const LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;
export type GpuLimits = Readonly<Record<(typeof LIMITS)[number], number>>;

/** The specification's defaults, which suffice for N = 4096; buffers as large as the adapter has, to 1 GiB. */
export function requiredLimits(adapter: GpuLimits): GpuLimits {
  const raised = (limit: number, standard: number): number => Math.max(standard, Math.min(limit, 2 ** 30));
  return {
    maxStorageBufferBindingSize: raised(adapter.maxStorageBufferBindingSize, 128 * 2 ** 20),
    maxBufferSize: raised(adapter.maxBufferSize, 256 * 2 ** 20),
    maxComputeWorkgroupStorageSize: 16384,
    maxStorageBuffersPerShaderStage: 8,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupsPerDimension: 65535,
  };
}
