/** Effects: a device of Dawn's in Node whose passes are timed by the GPU itself, where it can. */
import { create } from 'webgpu';
import { dawn } from '../../shaders/runtime/dawn.testkit.ts';
import { findAdapter, GpuContext, type FoundAdapter } from '../../shaders/runtime/context.ts';
import { PassClock } from './pass-clock.ts';

export interface TimedDevice {
  readonly context: GpuContext;
  readonly clock: PassClock;
  /** Lets the device go, and Node with it. */
  readonly close: () => void;
}

/** Dawn ends with the last reference to it. */
const held = new Set<GPU>();

/** The machine's own GPU, else Chromium's software one. @throws where there is neither. */
export async function openTimed(): Promise<TimedDevice> {
  // Timestamps in full: a matrix takes tenths of a millisecond.
  const own = create(['disable-dawn-features=timestamp_quantization']);
  const found = await findAdapter(own);
  if (found.ok) return timed(own, found.value);
  const gpu = await dawn();
  const software = await findAdapter(gpu);
  if (!software.ok) throw new Error(`${found.error.sentence} ${software.error.sentence}`);
  return timed(gpu, software.value);
}

async function timed(gpu: GPU, found: FoundAdapter): Promise<TimedDevice> {
  const { adapter } = found;
  const canTime = adapter.features.has('timestamp-query');
  const request = adapter.requestDevice.bind(adapter);
  adapter.requestDevice = (descriptor) =>
    request({ ...descriptor, requiredFeatures: canTime ? ['timestamp-query'] : [] });
  const context = await GpuContext.open(found, 1, () => performance.now());
  if (!context.ok) throw new Error(context.error.sentence);
  held.add(gpu);
  const close = (): void => {
    context.value.close();
    held.delete(gpu);
  };
  return { context: context.value, clock: new PassClock(context.value.device, canTime), close };
}
